/** Asks the endpoint again and again while somebody looks, and not otherwise. @module */

const everyMs = 1_000;
const slowestMs = 10_000;

/**
 * Calls `ask` at once, then a second after each answer; less often while it fails; not at all while the page is hidden.
 *
 * @param {() => Promise<void>} ask
 * @param {(error: unknown) => void} onOutcome - Called after each attempt with what went wrong; undefined after a success.
 * @returns {() => void} Asks now, out of turn; once more after an attempt that is under way.
 */
export function startPolling(ask, onOutcome) {
  let timer = 0;
  let failures = 0;
  let isAsking = false;
  let isWanted = false;

  async function turn() {
    window.clearTimeout(timer);
    isWanted = isAsking;
    if (isAsking) return;
    isAsking = true;
    /** @type {unknown} */
    let problem;
    try {
      await ask();
      failures = 0;
    } catch (error) {
      failures += 1;
      problem = error;
    }
    isAsking = false;
    onOutcome(problem);
    if (isWanted) return void turn();
    if (!document.hidden) timer = window.setTimeout(turn, Math.min(everyMs * 2 ** failures, slowestMs));
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) window.clearTimeout(timer);
    else void turn();
  });
  void turn();
  return () => void turn();
}
