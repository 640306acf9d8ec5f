/** Writes that wait for each other and are committed in groups, so that one sync to disk acknowledges many. @module */
import { setImmediate as nextTurn } from "node:timers/promises";

/** A queue of writes. */
export interface WriteQueue<Write, Result> {
  /**
   * Settles with the write's result once its group was committed.
   *
   * @param rows - How many rows it writes, roughly. Default: 1.
   */
  submit(write: Write, rows?: number): Promise<Result>;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
}

/** What one group takes at most: a bound on how long it holds up everything else. Its first write always fits. */
export interface GroupLimits {
  readonly maxWrites: number;
  readonly maxRows: number;
}

/** How groups are committed. */
export interface WriteQueueParts<Write, Result> {
  readonly limits: GroupLimits;
  /** Commits a group as a whole or not at all; answers with the results in its order. */
  commit(group: readonly Write[]): readonly Result[] | Promise<readonly Result[]>;
  /** Whether the writes of a group that failed are worth trying one by one. Default: always. */
  isWorthSplitting?(error: unknown): boolean;
}

interface Waiting<Write, Result> {
  readonly write: Write;
  readonly rows: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * One group is under way at a time; what arrives meanwhile, or within one turn of the event loop, is the next.
 *
 * When a group fails, each of its writes is tried again alone, so that one that cannot be stored takes no other with it.
 */
export function createWriteQueue<Write, Result>(parts: WriteQueueParts<Write, Result>): WriteQueue<Write, Result> {
  const { limits, commit, isWorthSplitting = () => true } = parts;
  const waiting: Waiting<Write, Result>[] = [];
  let running: Promise<void> | undefined;

  const takeGroup = (): Waiting<Write, Result>[] => {
    let rows = 0;
    let writes = 0;
    for (const write of waiting.slice(0, limits.maxWrites)) {
      rows += write.rows;
      if (writes > 0 && rows > limits.maxRows) break;
      writes += 1;
    }
    return waiting.splice(0, writes);
  };

  const settle = async (group: readonly Waiting<Write, Result>[]): Promise<void> => {
    try {
      const results = await commit(group.map(({ write }) => write));
      for (const [at, one] of group.entries()) one.resolve(results[at] as Result);
    } catch (error) {
      if (group.length === 1 || !isWorthSplitting(error)) for (const one of group) one.reject(error);
      else for (const one of group) await settle([one]);
    }
  };

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await nextTurn();
      await settle(takeGroup());
    }
    running = undefined;
  };

  return {
    submit: (write, rows = 1) =>
      new Promise((resolve, reject) => {
        waiting.push({ write, rows, resolve, reject });
        running ??= run();
      }),
    idle: () => running ?? Promise.resolve(),
  };
}
