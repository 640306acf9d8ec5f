/** A courier whose code is loaded late: until it is there, everything waits in the queue. @module */
import type { Courier, CourierCounters, OpenCourier } from "../courier.js";
import { untilLoaded } from "../retry/until-loaded.js";

const NOTHING_YET: CourierCounters = { spooled: 0, spooledBytes: 0, breaker: "closed", lastSuccessAgeMs: undefined };

/**
 * A courier that is opened once its code is there. Loading begins at once; what fails is tried again, ever more seldom.
 *
 * @param load - Loads the code.
 */
export function lateCourier(load: () => Promise<OpenCourier>): OpenCourier {
  return (parts, intake) => {
    const life = new AbortController();
    let courier: Courier | undefined;
    let [isToClear, isToLeave] = [false, false];
    let tried = (): void => {};
    let opened = (): void => {};
    const firstTry = new Promise<void>((resolve) => {
      tried = resolve;
    });
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });

    async function begin(): Promise<void> {
      const openCourier = await load();
      if (life.signal.aborted) return;
      courier = openCourier(parts, intake);
      if (isToClear) courier.clear();
      courier.release();
      if (isToLeave) courier.leave();
    }

    function failed(error: unknown): void {
      tried();
      parts.warn("delivery", `what sends exposures did not load: ${String(error)}`);
    }

    void untilLoaded(begin, parts.host, failed, life.signal)
      .catch(() => {})
      .then(opened);

    return {
      keep: (record) => courier?.keep(record) ?? false,
      wake: () => courier?.wake(),
      async drain() {
        // With nothing to send, nobody waits longer than it takes to learn that the code does not come.
        await (intake.queue.length > 0 ? open : Promise.race([open, firstTry]));
        await courier?.drain();
      },
      leave() {
        isToLeave = true;
        courier?.leave();
      },
      release: () => courier?.release(),
      clear() {
        isToClear = true;
        courier?.clear();
      },
      end() {
        life.abort();
        opened();
        courier?.end();
      },
      get counters() {
        return courier?.counters ?? NOTHING_YET;
      },
    };
  };
}
