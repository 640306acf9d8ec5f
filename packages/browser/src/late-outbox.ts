/** An outbox whose code is loaded late: until then, records wait in memory. @module */
import type { OpenOutbox } from "@aplomb/client";
import type { Outbox } from "@aplomb/client/outbox";

/** How long a flush waits for the code and the database: some browsers never open one. */
const PATIENCE_MS = 2_000;

/**
 * An outbox that is opened once its code is there.
 *
 * @param load - Loads the code. When it fails, everything stays in memory.
 */
export function lateOutbox(load: () => Promise<OpenOutbox>): OpenOutbox {
  return (parts) => {
    let outbox: Outbox | undefined;
    let isOver = false;
    let isToClear = false;
    const opened = load()
      .then((open) => {
        if (isOver) return;
        outbox = open(parts);
        if (isToClear) outbox.clear();
      })
      .catch(() => {});
    const recovered = async (): Promise<void> => {
      await opened;
      await outbox?.recover();
    };
    return {
      get length() {
        return outbox?.length ?? 0;
      },
      get sizeBytes() {
        return outbox?.sizeBytes ?? 0;
      },
      get isDue() {
        return outbox?.isDue ?? false;
      },
      get firstSequence() {
        return outbox?.firstSequence ?? Number.POSITIVE_INFINITY;
      },
      keep: (record) => outbox?.keep(record) ?? false,
      keepBatch: (batch) => outbox?.keepBatch(batch) ?? false,
      take: () => outbox?.take(),
      putBack: (batch) => outbox?.putBack(batch),
      recover: () =>
        new Promise((resolve) => {
          const cancel = parts.clock.setTimer(resolve, PATIENCE_MS);
          void recovered().then(() => {
            cancel();
            resolve();
          });
        }),
      clear() {
        isToClear = true;
        return outbox?.clear() ?? 0;
      },
      close() {
        isOver = true;
        outbox?.close();
      },
    };
  };
}
