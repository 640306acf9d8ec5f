/** What was looked up for one context, and what may be answered from it. @module */
import type {
  EvaluationContext,
  EvaluationDetails,
  FlagSet,
  JsonValue,
  MaterializationRead,
  MaterializationRecord,
  Widened,
} from "@aplomb/core";
import { evaluate, resolve } from "@aplomb/core/reading";
import type { RemoteAnswers } from "../remote-flags.js";
import { stickyKey } from "../sticky-key.js";

/** Stored assignments of a context's units, as far as they were looked up, and what the endpoint answered. */
export class Preparation {
  readonly #reads: ReadonlySet<string>;
  #records: readonly MaterializationRecord[];
  /** Absent when there was nothing to ask, or no answer. */
  readonly answers: RemoteAnswers | undefined;

  constructor(
    reads: readonly MaterializationRead[],
    records: readonly MaterializationRecord[],
    answers?: RemoteAnswers | undefined,
  ) {
    this.#reads = new Set(reads.map(stickyKey));
    this.#records = records;
    this.answers = answers;
  }

  get records(): readonly MaterializationRecord[] {
    return this.#records;
  }

  /** Whether everything that is asked was looked up. */
  covers(reads: readonly MaterializationRead[]): boolean {
    return reads.every((read) => this.#reads.has(stickyKey(read)));
  }

  /** Takes in what units were just given; returns what of it was not known. */
  add(records: readonly MaterializationRecord[]): readonly MaterializationRecord[] {
    const known = new Set(this.#records.map(stickyKey));
    const news = records.filter((record) => !known.has(stickyKey(record)));
    this.#records = [...this.#records, ...news];
    return news;
  }
}

/**
 * Evaluates a flag that may need stored assignments, or the endpoint: pending unless all that it needs was looked up.
 *
 * Flags that need none are evaluated once, others twice.
 *
 * @param isSticky - There is a store. Without one, flags that need it answer that they cannot have it.
 */
export function evaluatePrepared<T extends JsonValue>(
  flagSet: FlagSet,
  key: string,
  defaultValue: T,
  context: EvaluationContext,
  preparation: Preparation | undefined,
  isSticky = true,
): EvaluationDetails<Widened<T>> {
  const details = evaluate(flagSet, key, defaultValue, context, isSticky ? DEFERRED : undefined);
  const { resolution } = details;
  if (resolution?.reason !== "PENDING" || !preparation) return details;
  const pending = resolution.pending ?? [];
  if (pending.length === 0) return preparation.answers?.details(key, defaultValue, context) ?? details;
  if (!preparation.covers(pending)) return details;
  return evaluate(flagSet, key, defaultValue, context, { materializations: preparation.records });
}

const DEFERRED = { materializations: "deferred" } as const;

/** What has to be looked up before flags can be read in a context. */
export interface Needs {
  readonly reads: readonly MaterializationRead[];
  /** Keys of flags that the endpoint resolves. */
  readonly remote: readonly string[];
}

/** Finds out what flags need, by trying them. */
export function needsOf(flagSet: FlagSet, context: EvaluationContext, flagKeys: Iterable<string>): Needs {
  const reads = new Map<string, MaterializationRead>();
  const remote: string[] = [];
  for (const flagKey of flagKeys) {
    const { reason, pending = [] } = resolve(flagSet, flagKey, context, DEFERRED);
    for (const read of pending) reads.set(stickyKey(read), read);
    if (reason === "PENDING" && pending.length === 0) remote.push(flagKey);
  }
  return { reads: [...reads.values()], remote };
}
