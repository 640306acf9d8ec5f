/** Ctrl-C and its relatives, as something to wait for. @module */

/** Waiting for the signals that ask a process to end. */
export interface Interrupt {
  /** Settles at the first signal. */
  readonly received: Promise<void>;
  /** Stops listening. */
  dispose(): void;
}

/** Listens from now on. A second signal ends the process at once. */
export function listenForInterrupt(): Interrupt {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let onFirst = () => {};
  const received = new Promise<void>((resolve) => {
    onFirst = resolve;
  });
  let count = 0;
  const onSignal = (): void => {
    count += 1;
    if (count > 1) process.exit(130);
    onFirst();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    received,
    dispose() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
