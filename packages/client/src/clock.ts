/** Time, as the client takes it: lent by the host, virtual in tests. @module */

/** The only way the client learns the time or waits. */
export interface Clock {
  /** Milliseconds since 1970 UTC; may jump. */
  nowMs(): number;
  /** Milliseconds since some fixed moment; never steps back. */
  monotonicMs(): number;
  /**
   * Calls back once after a delay. The timer never keeps a process alive.
   *
   * @param delayMs - Zero or more.
   * @returns Cancels the call.
   */
  setTimer(callback: () => void, delayMs: number): () => void;
}
