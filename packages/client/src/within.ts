/** Waits, but not for ever. @module */
import type { Clock } from "./clock.js";

/** What a promise resolves to, or undefined if it takes longer. Rejects as the promise does. */
export async function within<T>(promise: Promise<T>, timeoutMs: number, clock: Clock): Promise<T | undefined> {
  let cancel = (): void => {};
  const tooLate = new Promise<undefined>((resolve) => {
    cancel = clock.setTimer(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    cancel();
  }
}
