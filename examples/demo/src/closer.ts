/** Ends what was started, last first. @module */

/** Things to end. */
export interface Closer {
  /** Adds something to end: at once, if ending has begun. */
  add(name: string, close: () => Promise<unknown> | unknown): void;
  /** Ends everything, whatever fails on the way; answers with what failed. Idempotent. */
  close(): Promise<readonly string[]>;
}

/** An empty list of things to end. */
export function createCloser(): Closer {
  const open: { readonly name: string; readonly close: () => Promise<unknown> | unknown }[] = [];
  let closing: Promise<readonly string[]> | undefined;

  async function closeAll(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (let last = open.pop(); last !== undefined; last = open.pop()) {
      try {
        await last.close();
      } catch (error) {
        failures.push(`${last.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }

  return {
    add(name, close) {
      open.push({ name, close });
      closing = closing?.then(async (failures) => [...failures, ...(await closeAll())]);
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
