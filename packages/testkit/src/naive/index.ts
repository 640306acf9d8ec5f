/** The specification as a program: slow, short, and independent of the core. @module */
export type { Materializations } from "./evaluation.js";
export { bucketOfText } from "./murmur3.js";
export { type NaiveDetails, naiveEvaluate } from "./naive-evaluate.js";
export { type NaiveOptions, naiveResolve } from "./naive-resolve.js";
export { type NaiveState, naiveStateOf } from "./state.js";
