/** Waits, in real time, for something that real parts will bring about. @module */

/**
 * Resolves once the condition holds.
 *
 * @param timeoutMs - How long to hope.
 * @throws Error, naming the condition's source, if it never held.
 */
export async function until(condition: () => boolean | Promise<boolean>, timeoutMs = 5_000): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) throw new Error(`never within ${timeoutMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
