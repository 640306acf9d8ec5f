/** Evaluation elsewhere: questions to the endpoint, its answers, and details made of them. Pages load it when they ask. @module */
export { answeredDetails } from "./answered-details.js";
export {
  type FlagAnswer,
  type ResolveAnswer,
  type ResolveQuestion,
  readResolveAnswer,
  writeResolveQuestion,
} from "./resolve-question.js";
