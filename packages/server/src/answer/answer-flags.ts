/** Evaluates an audience's flags at the endpoint: the evaluation of clients, on all that is published. @module */
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type EvaluationContext,
  type EvaluationDetails,
  evaluateAll,
  type FlagSet,
  type JsonObject,
  type MaterializationRead,
  type ResolveOptions,
} from "@aplomb/core";
import type { StickyRecords } from "../sticky-records.js";
import type { AnswerSet } from "./answer-sets.js";
import { contextProblem } from "./context-problem.js";

/** One flag's details, as a client that had all rules would have them; the value is whole. */
export type FlagDetails = EvaluationDetails<JsonObject>;

/** What answering needs beside the flags. */
export interface AnswerParts {
  /** Milliseconds since 1970 UTC, for schedules. */
  readonly nowMs: number;
  /** Absent: flags that need stored assignments answer that they cannot have them. */
  readonly stickyRecords?: StickyRecords | undefined;
}

/** So many flags are evaluated before others have their turn. */
const FLAGS_PER_TURN = 64;

/**
 * Evaluates flags of an audience.
 *
 * Sticky assignments are stored when they are answered: who asks may have no way to say later that the unit met them.
 *
 * @param keys - Without paths; those that the audience does not have are left out. Undefined for all.
 * @param context - JSON. Beyond the caps, every flag answers ERROR with INVALID_CONTEXT.
 */
export async function answerFlags(
  set: AnswerSet,
  keys: readonly string[] | undefined,
  context: JsonObject,
  { nowMs, stickyRecords }: AnswerParts,
): Promise<ReadonlyMap<string, FlagDetails>> {
  const asked = [...new Set(keys ?? set.visible.flagKeys)].filter((key) => set.visible.has(key));
  const problem = contextProblem(context);
  if (problem !== undefined) return new Map(asked.map((key) => [key, refused(key, `the context ${problem}`)]));
  const question = { set, context, nowMs };
  if (stickyRecords === undefined) return await evaluateKeys(question, asked);
  const first = await evaluateKeys(question, asked, { materializations: "deferred" });
  const pending = [...first].filter(([, { resolution }]) => resolution?.pending?.length);
  const reads = distinct(pending.flatMap(([, { resolution }]) => resolution?.pending ?? []));
  const materializations = reads.length === 0 ? [] : await stickyRecords.read(set.audience, reads);
  const keysToRepeat = pending.map(([key]) => key);
  const second = await evaluateKeys(question, keysToRepeat, { materializations });
  const answers = new Map([...first, ...second]);
  await stickyRecords.write(
    set.audience,
    [...answers.values()].flatMap(({ resolution }) => resolution?.writes ?? []),
  );
  return answers;
}

interface Question {
  readonly set: AnswerSet;
  readonly context: EvaluationContext;
  readonly nowMs: number;
}

async function evaluateKeys(
  { set, context, nowMs }: Question,
  keys: readonly string[],
  options?: ResolveOptions,
): Promise<Map<string, FlagDetails>> {
  const { visible, remote } = set;
  const answers = new Map<string, FlagDetails>();
  for (let at = 0; at < keys.length; at += FLAGS_PER_TURN) {
    if (at > 0) await nextTurn();
    const some = keys.slice(at, at + FLAGS_PER_TURN);
    const evaluate = (flagSet: FlagSet, of: readonly string[]): void => {
      const told = flagSet.usesSchedules ? { ...context, $nowMs: nowMs } : context;
      for (const [key, details] of evaluateAll(flagSet, told, of, options)) answers.set(key, details);
    };
    evaluate(visible, some);
    // What the audience's bundle only names is decided by the bundle that nobody else has.
    if (remote)
      evaluate(
        remote,
        some.filter((key) => remote.has(key)),
      );
  }
  return answers;
}

function distinct(reads: readonly MaterializationRead[]): readonly MaterializationRead[] {
  return [
    ...new Map(reads.map((read) => [JSON.stringify([read.unit, read.materialization, read.rule]), read])).values(),
  ];
}

function refused(flagKey: string, errorMessage: string): FlagDetails {
  return { flagKey, value: {}, reason: "ERROR", errorCode: "INVALID_CONTEXT", errorMessage, flagMetadata: {} };
}
