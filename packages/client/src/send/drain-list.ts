/** Who waits for what is queued to be settled. @module */

/** Those who wait. */
export interface DrainList {
  readonly length: number;
  /** Resolves once everything up to a place in the sequence is settled. */
  add(upTo: number): Promise<void>;
  /** Says where the oldest record is that is not settled. */
  settle(oldestOpen: number): void;
}

/** Makes a list that nobody waits in. */
export function createDrainList(): DrainList {
  const drains = new Map<() => void, number>();
  return {
    get length() {
      return drains.size;
    },
    add: (upTo) => new Promise((resolve) => drains.set(resolve, upTo)),
    settle(oldestOpen) {
      for (const [resolve, upTo] of drains) {
        if (oldestOpen <= upTo) continue;
        drains.delete(resolve);
        resolve();
      }
    },
  };
}
