/** A window that admits each exposure once: least recently used out first, and none remembered for ever. @module */

/** Remembers what was admitted. Time is a parameter, and only ever moves the window. */
export interface DedupWindow {
  /**
   * Whether a key is new, or last admitted a window ago. Admits it if so.
   *
   * @param atMs - By a clock that never steps back.
   */
  admit(key: string, atMs: number): boolean;
  /** Makes a key new again: its exposure was not queued after all. */
  forget(key: string): void;
  readonly size: number;
}

/** What a window holds. */
export interface DedupWindowOptions {
  /** Keys remembered at most. */
  readonly capacity: number;
  /** How long a key is remembered after it was admitted, in milliseconds; repeats do not prolong it. */
  readonly ttlMs: number;
}

/** An empty window. */
export function createDedupWindow(options: DedupWindowOptions): DedupWindow {
  const { capacity, ttlMs } = options;
  const admitted = new Map<string, number>();
  return {
    admit(key, atMs) {
      const before = admitted.get(key);
      if (before !== undefined) {
        admitted.delete(key);
        const isRepeat = atMs - before < ttlMs;
        admitted.set(key, isRepeat ? before : atMs);
        return !isRepeat;
      }
      admitted.set(key, atMs);
      if (admitted.size > capacity) {
        for (const oldest of admitted.keys()) {
          admitted.delete(oldest);
          break;
        }
      }
      return true;
    },
    forget(key) {
      admitted.delete(key);
    },
    get size() {
      return admitted.size;
    },
  };
}
