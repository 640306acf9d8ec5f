/** Sends what is queued before the process ends: the one place of this package that touches signals. @module */
import type { DeliveryCounts, FlagClient } from "@aplomb/client";

/** How the process is ended. */
export interface ShutdownOptions {
  /** Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[];
  /** How long sending may take. Default 5,000 ms: below the patience of what sends the signal. */
  readonly timeoutMs?: number;
  /** Told what became of everything, per client, before the process ends. */
  readonly onClosed?: (counts: readonly DeliveryCounts[]) => void;
}

/** What is closed: clients, or anything else with such a `close`. */
export type Closable = Pick<FlagClient, "close">;

/**
 * Closes clients when the process is asked to end, and when it has nothing left to do.
 *
 * After a signal the process ends by that signal once all is sent or the time is up, unless the application listens for it
 * too: then ending is the application's. A second signal ends it at once. Nothing is installed unless this is called.
 *
 * @returns Takes the hooks away again.
 * @example installShutdownHooks([flags]);
 */
export function installShutdownHooks(clients: readonly Closable[], options: ShutdownOptions = {}): () => void {
  const { signals = ["SIGTERM", "SIGINT"], timeoutMs = 5_000, onClosed } = options;

  async function closeAll(): Promise<void> {
    const counts = await Promise.all(clients.map((client) => client.close({ timeoutMs })));
    onClosed?.(counts);
  }

  function asked(signal: NodeJS.Signals): void {
    remove();
    const isOurs = process.listenerCount(signal) === 0;
    const end = (): void => {
      if (isOurs) process.kill(process.pid, signal);
    };
    closeAll().then(end, end);
  }

  /** The event loop is empty: what sending adds to it is waited for. */
  function idle(): void {
    remove();
    closeAll().catch((error) => process.emitWarning(error));
  }

  function remove(): void {
    for (const signal of signals) process.off(signal, asked);
    process.off("beforeExit", idle);
  }

  for (const signal of signals) process.on(signal, asked);
  process.on("beforeExit", idle);
  return remove;
}
