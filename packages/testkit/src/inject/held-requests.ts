/** Requests that a proxy keeps back to deliver them later. @module */

/** To be called once a request that was let go has been handled. */
export type Handled = () => void;

/** The waiting room. */
export interface HeldRequests {
  /** How many wait. */
  readonly count: number;
  /** Resolves at `release`. */
  untilReleased(): Promise<Handled>;
  /** Resolves once another request has been delivered, or at `release`. */
  untilOvertaken(): Promise<Handled>;
  /** Another request has been delivered. */
  delivered(): void;
  /** Lets everybody go, one after the other, in the order of arrival or the other way round; resolves when all are handled. */
  release(newestFirst?: boolean): Promise<void>;
}

interface Waiting {
  readonly go: (handled: Handled) => void;
  readonly untilOvertaken: boolean;
}

/** Makes an empty waiting room. */
export function createHeldRequests(): HeldRequests {
  let waiting: Waiting[] = [];
  const wait = (untilOvertaken: boolean): Promise<Handled> =>
    new Promise((go) => void waiting.push({ go, untilOvertaken }));
  return {
    get count() {
      return waiting.length;
    },
    untilReleased: () => wait(false),
    untilOvertaken: () => wait(true),
    delivered() {
      const overtaken = waiting.filter((one) => one.untilOvertaken);
      waiting = waiting.filter((one) => !one.untilOvertaken);
      for (const { go } of overtaken) go(() => {});
    },
    async release(newestFirst = false) {
      const released = newestFirst ? [...waiting].reverse() : waiting;
      waiting = [];
      for (const { go } of released) await new Promise<void>(go);
    },
  };
}
