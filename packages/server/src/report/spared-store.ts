/** Asks the store for the console no more often than it can bear, however many look. @module */
import type { Clock } from "../clock.js";
import type { ExposureStore } from "../exposure-store.js";

/** What the console reads of a store. */
export type ReportStore = Pick<ExposureStore, "totals" | "instances" | "instanceReports">;

/** Reading for the console takes at most one part in this many of the time; the rest is for exposures. */
const restPerWork = 20;
/** Answers as quick as this are not worth keeping. */
const quickMs = 5;
const maxKept = 100;

interface Kept {
  readonly answer: Promise<unknown>;
  /** Infinite while the answer is awaited: whoever asks meanwhile gets the same. */
  untilMs: number;
}

/**
 * The same store, in which an answer that took a while stands for twenty times as long.
 *
 * With 20,000 instances one summary takes 60 ms of the embedded store, and every open console asks for one each second.
 */
export function spareStore(store: ReportStore, clock: Clock): ReportStore {
  const kept = new Map<string, Kept>();
  const ask = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const askedAtMs = clock.nowMs();
    const known = kept.get(key);
    if (known && askedAtMs < known.untilMs) return known.answer as Promise<T>;
    const answer = read();
    const entry: Kept = { answer, untilMs: Number.POSITIVE_INFINITY };
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? "");
    const settle = (): void => {
      const tookMs = clock.nowMs() - askedAtMs;
      entry.untilMs = tookMs < quickMs ? 0 : askedAtMs + tookMs * (restPerWork + 1);
    };
    answer.then(settle, () => kept.delete(key));
    return answer;
  };
  /** How far back is looked, in seconds: the moment itself is another one each time. */
  const window = (sinceMs: number): number => Math.round((clock.nowMs() - sinceMs) / 1_000);
  return {
    totals: (audience, day) => ask(`totals ${audience} ${day}`, () => store.totals(audience, day)),
    instances: (audience, sinceMs) =>
      ask(`instances ${window(sinceMs)} ${audience}`, () => store.instances(audience, sinceMs)),
    instanceReports: (audience, sinceMs, limit) =>
      ask(`reports ${window(sinceMs)} ${limit} ${audience}`, () => store.instanceReports(audience, sinceMs, limit)),
  };
}
