/** Time, as the endpoint takes it: the system's, or a virtual one in tests. @module */

/** The only way the endpoint learns the time or waits. */
export interface Clock {
  /** Milliseconds since 1970 UTC; may jump. */
  nowMs(): number;
  /**
   * Calls back once after a delay. The timer never keeps a process alive.
   *
   * @param delayMs - Zero or more.
   * @returns Cancels the call.
   */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
