/** Asks the endpoint again and again while somebody looks, and not otherwise. @module */

const everyMs = 1_000;
const slowestMs = 10_000;
const timeoutMs = 5_000;

/**
 * JSON from the endpoint.
 *
 * @param {string} path
 * @returns {Promise<any>} Rejects when there is no answer or it is not a success.
 */
export async function getJson(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(timeoutMs), cache: "no-store" });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
}

/**
 * Calls `ask` at once, then a second after each answer; less often while it fails; not at all while the page is hidden.
 *
 * @param {() => Promise<void>} ask
 * @param {(failures: number) => void} onOutcome - Called after each attempt with how many in a row have failed: 0 after a success.
 * @returns {() => void} Asks now, out of turn.
 */
export function startPolling(ask, onOutcome) {
  let timer = 0;
  let failures = 0;
  let asking = false;

  async function turn() {
    window.clearTimeout(timer);
    if (asking) return;
    asking = true;
    try {
      await ask();
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1) console.warn("the console could not be updated:", error);
    }
    asking = false;
    onOutcome(failures);
    if (!document.hidden) timer = window.setTimeout(turn, Math.min(everyMs * 2 ** failures, slowestMs));
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) window.clearTimeout(timer);
    else void turn();
  });
  void turn();
  return () => void turn();
}
