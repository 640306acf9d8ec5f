/** Sends what is queued: at most two batches at a time, each until it is settled. @module */
import type { PublishResponse } from "@aplomb/core";
import type { Clock } from "../clock.js";
import { addTo, type DeliveryLedger } from "../delivery-counters.js";
import type { ExposureSink } from "../exposure-sink.js";
import type { DeliveryLimits } from "../host.js";
import { createDrainList } from "./drain-list.js";
import type { ExposureQueue } from "./exposure-queue.js";
import { createOpenBatches } from "./open-batches.js";
import type { Pace } from "./pace.js";
import type { SealedBatch } from "./sealed-batch.js";
import type { Settlement } from "./settlement.js";

/** When the page may go away: as many as browsers let outlive it. */
const IN_FLIGHT_MAX_LEAVING = 8;
const NEVER = Number.POSITIVE_INFINITY;

/** What sending needs. */
export interface SenderParts {
  readonly queue: ExposureQueue;
  /** Seals the oldest records of the queue; undefined if they could not be. */
  readonly sealNext: () => SealedBatch | undefined;
  readonly pace: Pace;
  readonly settlement: Settlement;
  readonly sink: ExposureSink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: DeliveryLimits;
  readonly ledger: DeliveryLedger;
  /** Told whenever an attempt has ended. */
  readonly settled: () => void;
}

/** Sends what is queued. */
export interface Sender {
  /** The queue has grown. */
  wake(): void;
  /** Sends without waiting for the interval. Resolves when all that is queued now is settled. */
  drain(): Promise<void>;
  /** Sends all that is queued at once, in requests that may outlive the page. */
  leave(): void;
  /** Gives up what is not settled. */
  stop(): void;
}

/** Makes a sender for a queue. */
export function createSender(parts: SenderParts): Sender {
  const { queue, clock, limits, ledger, pace, settlement } = parts;
  const drains = createDrainList();
  const open = createOpenBatches();
  const abort = new AbortController();
  let cancel = (): void => {};
  let flushAtMs = NEVER;

  const isFull = (): boolean => queue.length >= limits.batchRecords || queue.sizeBytes >= limits.batchBytes;
  const next = (): void => pump(pace.inFlightMax, false);

  /** How long until a batch may go; infinite when there is none. */
  function waitMs(isUrgent: boolean): number {
    if (open.waiting + queue.length === 0) return NEVER;
    const isDue = isUrgent || open.waiting > 0 || drains.length > 0 || isFull();
    return Math.max(pace.notBeforeMs, isDue ? 0 : flushAtMs) - clock.monotonicMs();
  }

  /** Starts as many requests as may run now, and sets the timer for the next. */
  function pump(inFlightMax: number, keepalive: boolean): void {
    cancel();
    while (!abort.signal.aborted && open.inFlight < inFlightMax) {
      const delayMs = waitMs(keepalive);
      if (delayMs > 0) {
        if (delayMs < NEVER) cancel = clock.setTimer(next, delayMs);
        return;
      }
      const batch = open.takeWaiting() ?? parts.sealNext();
      if (queue.length === 0) flushAtMs = NEVER;
      if (batch) void send(batch, keepalive);
    }
  }

  /** Starts the request before it returns, and turns whatever a sink throws into a rejection. */
  const publish = async (batch: SealedBatch, keepalive: boolean): Promise<PublishResponse> =>
    parts.sink.publish(batch.bytes, abort.signal, keepalive);

  async function send(batch: SealedBatch, keepalive: boolean): Promise<void> {
    open.begin(batch);
    const settle = await publish(batch, keepalive).then(
      (stored) => () => settlement.acknowledged(batch, stored),
      (error) => () => open.wait(settlement.failed(batch, error)),
    );
    if (abort.signal.aborted) return;
    settle();
    open.end(batch);
    drains.settle(oldestOpen());
    parts.settled();
    next();
  }

  const oldestOpen = (): number => Math.min(queue.firstSequence, open.firstSequence);

  return {
    wake() {
      if (flushAtMs < NEVER) return void (isFull() && next());
      flushAtMs = clock.monotonicMs() + limits.flushIntervalMs * (0.8 + 0.4 * parts.random());
      next();
    },
    async drain() {
      const drained = drains.add(ledger.enqueued);
      next();
      drains.settle(oldestOpen());
      return drained;
    },
    leave: () => pump(IN_FLIGHT_MAX_LEAVING, true),
    stop() {
      cancel();
      abort.abort();
      for (const batch of open.takeAll()) settlement.dropped(batch, "closed");
      const unsealed = queue.take(NEVER, NEVER).length;
      if (unsealed > 0) addTo(ledger.dropped, "closed", unsealed);
      drains.settle(NEVER);
    },
  };
}
