/** A courier whose code is loaded late: until it is there, everything waits in the queue. @module */
import type { Courier, CourierCounters, OpenCourier } from "../courier.js";
import { createRetryPolicy } from "../retry/retry-policy.js";

const RETRY_FLOOR_MS = 1_000;
const NOTHING_YET: CourierCounters = { spooled: 0, spooledBytes: 0, breaker: "closed", lastSuccessAgeMs: undefined };

/**
 * A courier that is opened once its code is there. Loading begins at once; what fails is tried again, ever more seldom.
 *
 * @param load - Loads the code.
 */
export function lateCourier(load: () => Promise<OpenCourier>): OpenCourier {
  return (parts, intake) => {
    const { clock, random } = parts.host;
    const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
    let courier: Courier | undefined;
    let [isOver, isToClear, isToLeave] = [false, false, false];
    let cancel = (): void => {};
    let opened = (): void => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    let attempt = begin();

    async function begin(): Promise<void> {
      try {
        const openCourier = await load();
        if (isOver) return;
        courier = openCourier(parts, intake);
      } catch (error) {
        if (isOver) return;
        parts.warn("delivery", `what sends exposures did not load: ${String(error)}`);
        cancel = clock.setTimer(again, retry.failed(error, "backoff"));
        return;
      }
      if (isToClear) courier.clear();
      courier.release();
      if (isToLeave) courier.leave();
      opened();
    }

    function again(): void {
      attempt = begin();
    }

    return {
      keep: (record) => courier?.keep(record) ?? false,
      wake: () => courier?.wake(),
      async drain() {
        // With nothing to send, nobody waits longer than it takes to learn that the code does not come.
        await (intake.queue.length > 0 ? open : attempt);
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
        isOver = true;
        cancel();
        opened();
        courier?.end();
      },
      get counters() {
        return courier?.counters ?? NOTHING_YET;
      },
    };
  };
}
