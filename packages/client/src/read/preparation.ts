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
import { stickyKey } from "../sticky-key.js";

/** Stored assignments of a context's units, as far as they were looked up. */
export class Preparation {
  readonly #reads: ReadonlySet<string>;
  #records: readonly MaterializationRecord[];

  constructor(reads: readonly MaterializationRead[], records: readonly MaterializationRecord[]) {
    this.#reads = new Set(reads.map(stickyKey));
    this.#records = records;
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
 * Evaluates a flag that may need stored assignments: pending unless all that it needs was looked up.
 *
 * Flags that need none are evaluated once, others twice.
 */
export function evaluatePrepared<T extends JsonValue>(
  flagSet: FlagSet,
  key: string,
  defaultValue: T,
  context: EvaluationContext,
  preparation: Preparation | undefined,
): EvaluationDetails<Widened<T>> {
  const details = evaluate(flagSet, key, defaultValue, context, { materializations: "deferred" });
  const pending = details.resolution?.pending ?? [];
  if (pending.length === 0 || !preparation?.covers(pending)) return details;
  return evaluate(flagSet, key, defaultValue, context, { materializations: preparation.records });
}

/** What has to be looked up before flags can be read in a context. */
export function readsOf(
  flagSet: FlagSet,
  context: EvaluationContext,
  flagKeys: Iterable<string> = flagSet.flagKeys,
): readonly MaterializationRead[] {
  const reads = new Map<string, MaterializationRead>();
  for (const flagKey of flagKeys) {
    const { pending = [] } = resolve(flagSet, flagKey, context, { materializations: "deferred" });
    for (const read of pending) reads.set(stickyKey(read), read);
  }
  return [...reads.values()];
}
