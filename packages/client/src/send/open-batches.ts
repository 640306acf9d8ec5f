/** Batches that are sealed and not settled: in flight, or waiting for another attempt. @module */
import type { SealedBatch } from "./sealed-batch.js";

/** Batches that are sealed and not settled. */
export interface OpenBatches {
  readonly inFlight: number;
  readonly waiting: number;
  /** The place of the oldest record among them; infinite when there is none. */
  readonly firstSequence: number;
  /** Takes the one that has waited longest, or the smallest. */
  takeWaiting(isSmallest: boolean): SealedBatch | undefined;
  wait(batches: readonly SealedBatch[]): void;
  begin(batch: SealedBatch): void;
  /** Answers whether it was in flight still. */
  end(batch: SealedBatch): boolean;
  /** Takes out all of them. */
  takeAll(): SealedBatch[];
}

/** None yet. */
export function createOpenBatches(): OpenBatches {
  const inFlight = new Set<SealedBatch>();
  let waiting: SealedBatch[] = [];
  return {
    get inFlight() {
      return inFlight.size;
    },
    get waiting() {
      return waiting.length;
    },
    get firstSequence() {
      return Math.min(...[...waiting, ...inFlight].map(({ firstSequence }) => firstSequence));
    },
    takeWaiting(isSmallest) {
      const next = isSmallest ? waiting.reduce(smaller, waiting[0] as SealedBatch) : waiting[0];
      waiting = waiting.filter((batch) => batch !== next);
      return next;
    },
    wait(batches) {
      waiting.push(...batches);
    },
    begin(batch) {
      inFlight.add(batch);
    },
    end: (batch) => inFlight.delete(batch),
    takeAll() {
      const all = [...waiting, ...inFlight];
      waiting = [];
      inFlight.clear();
      return all;
    },
  };
}

function smaller(one: SealedBatch, other: SealedBatch): SealedBatch {
  return other.count < one.count ? other : one;
}
