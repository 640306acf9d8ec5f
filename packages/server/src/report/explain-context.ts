/** Answers "why did this user get this?" for a pasted context. Nothing of it is kept. @module */
import { type EvaluationContext, explain, type FlagSet, redactExplanation, resolve } from "@aplomb/core";
import type { AnswerSet, AnswerSets } from "../answer/answer-sets.js";
import type { Clock } from "../clock.js";
import type { Publication } from "../publication.js";
import { type ExplainedFlag, explanationTree } from "./explanation-tree.js";
import { cutText } from "./value-words.js";

/** What is asked. */
export interface ExplainQuestion {
  readonly audience: string;
  /** Undefined: what every flag gives, without the steps to it. */
  readonly flag: string | undefined;
  /** JSON, as it was pasted. */
  readonly context: string;
  /** Leaves out what the context says: for tickets. */
  readonly redact: boolean;
}

/** What one flag gives. */
export interface FlagAnswer {
  readonly flag: string;
  readonly variant: string;
  readonly reason: string;
  readonly rule: string;
}

/** One flag with every step, or all flags without. */
export type ExplainAnswer =
  | { readonly version: number; readonly explained: ExplainedFlag }
  | { readonly version: number; readonly answers: readonly FlagAnswer[]; readonly leftOut: number };

/** What answering needs. */
export interface ExplainParts {
  readonly publication: Publication;
  readonly answerSets: AnswerSets;
  readonly clock: Clock;
}

/** The question cannot be answered, in a sentence for whoever asked. It may quote the context: it is never logged. */
export interface ExplainProblem {
  readonly problem: string;
}

/** Flags answered before others get a turn: well under a millisecond for each flag of the usual kind. */
const flagsPerTurn = 50;
/** Beyond this nobody waits, and exposures have had to make room for long enough. */
const maxWorkMs = 2_000;

/**
 * Explains one flag, or answers all, as the endpoint itself resolves them: flags that the bundle only names are explained by the
 * bundle that has their rules.
 */
export async function explainContext(
  question: ExplainQuestion,
  { publication, answerSets, clock }: ExplainParts,
): Promise<ExplainAnswer | ExplainProblem> {
  const { audience, flag, redact } = question;
  if (publication.manifest(audience) === undefined) return { problem: "Nothing is published for this audience." };
  const set = await answerSets.of(audience).catch(() => undefined);
  if (set === undefined) return { problem: "The published bundle cannot be read." };
  const given = readContext(question.context);
  if ("problem" in given) return given;
  const version = set.visible.bundleVersion;
  const contextFor = contextsFor(given.context, clock);
  if (flag === undefined) return { version, ...(await answerAll(set, contextFor, clock)) };
  if (!set.visible.has(flag)) return { problem: `Version ${version} has no flag of this key.` };
  const flagSet = decidingSet(set, flag);
  const explanation = explain(flagSet, flag, contextFor(flagSet));
  return { version, explained: explanationTree(redact ? redactExplanation(explanation) : explanation) };
}

/** What decides a flag: the remote bundle where it has the flag, for the audience's bundle only names it then. */
function decidingSet({ visible, remote }: AnswerSet, flag: string): FlagSet {
  return remote?.has(flag) ? remote : visible;
}

/** The context as a flag set is asked with it: with the time, where its schedules need one and none was given. */
function contextsFor(context: EvaluationContext, clock: Clock): (flagSet: FlagSet) => EvaluationContext {
  const timed = Object.hasOwn(context, "$nowMs") ? context : { ...context, $nowMs: clock.nowMs() };
  return ({ usesSchedules }) => (usesSchedules ? timed : context);
}

/** The context as an object, or what is wrong with its text. */
function readContext(text: string): { readonly context: EvaluationContext } | ExplainProblem {
  let context: unknown;
  try {
    context = JSON.parse(text);
  } catch (error) {
    return { problem: `The context is not JSON${placeOf(text, error)}. Write it as {"targetingKey": "user-1"}.` };
  }
  if (typeof context === "object" && context !== null && !Array.isArray(context)) {
    return { context: context as EvaluationContext };
  }
  return { problem: 'The context must be a JSON object, such as {"targetingKey": "user-1"}.' };
}

/** Where the text cannot be read, as line and column where the parser tells the place, else in its own words. */
function placeOf(text: string, error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const position = /position (\d+)/.exec(said)?.[1];
  if (position === undefined) return `: ${cutText(said)}`;
  const before = text.slice(0, Number(position)).split("\n");
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1} cannot be read`;
}

async function answerAll(
  set: AnswerSet,
  contextFor: (flagSet: FlagSet) => EvaluationContext,
  clock: Clock,
): Promise<{ readonly answers: readonly FlagAnswer[]; readonly leftOut: number }> {
  const keys = [...set.visible.flagKeys].sort();
  const answers: FlagAnswer[] = [];
  let workMs = 0;
  for (let first = 0; first < keys.length && workMs < maxWorkMs; first += flagsPerTurn) {
    const startedAtMs = clock.nowMs();
    for (const flag of keys.slice(first, first + flagsPerTurn)) {
      const flagSet = decidingSet(set, flag);
      const { variant, reason, rule } = resolve(flagSet, flag, contextFor(flagSet));
      answers.push({ flag, variant, reason, rule });
    }
    workMs += clock.nowMs() - startedAtMs;
    await new Promise((next) => setImmediate(next));
  }
  return { answers, leftOut: keys.length - answers.length };
}
