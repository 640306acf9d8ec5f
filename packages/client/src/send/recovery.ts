/** Looks, now and every few minutes, for what earlier runs left in an outbox. @module */
import type { Clock } from "../clock.js";
import type { Outbox } from "../outbox.js";

/** Runs that are over only now, or only now seem to be, leave something later. */
const EVERY_MS = 300_000;

/** A recovery that goes on. */
export interface Recovery {
  /** Resolves when the look that was begun last is over. */
  readonly current: Promise<void>;
  stop(): void;
}

/**
 * Begins.
 *
 * @param looked - Called after every look.
 */
export function startRecovery(outbox: Outbox, clock: Clock, looked: () => void): Recovery {
  let isStopped = false;
  let cancel = (): void => {};
  let current = look();

  async function look(): Promise<void> {
    await outbox.recover();
    if (isStopped) return;
    looked();
    cancel = clock.setTimer(() => {
      current = look();
    }, EVERY_MS);
  }

  return {
    get current() {
      return current;
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
