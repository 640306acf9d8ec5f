/** Sends what is queued: at most two batches at a time, each until it is settled. @module */
import type { Clock } from "../clock.js";
import type { DeliveryLedger } from "../delivery-counters.js";
import type { DeliveryLimits } from "../delivery-limits.js";
import type { ExposureSink } from "../exposure-sink.js";
import { attempt } from "./attempt.js";
import { createDrainList } from "./drain-list.js";
import { createOpenBatches } from "./open-batches.js";
import type { Pace } from "./pace.js";
import type { SealedBatch } from "./sealed-batch.js";
import type { Settlement } from "./settlement.js";
import type { Supply } from "./supply.js";

/** When the page may go away: as many as browsers let outlive it. */
const IN_FLIGHT_MAX_LEAVING = 8;
const NEVER = Number.POSITIVE_INFINITY;

/** What sending needs. */
export interface SenderParts {
  readonly supply: Supply;
  readonly pace: Pace;
  readonly settlement: Settlement;
  readonly sink: ExposureSink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: DeliveryLimits;
  readonly ledger: DeliveryLedger;
  /** Whether nothing may leave for now. */
  readonly isHeld: () => boolean;
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
  /** Forgets what is sealed and not settled, and gives it back. What is queued later is sent again. */
  takeBack(): readonly SealedBatch[];
  /** Sends nothing any more; gives back what is sealed and not settled. */
  stop(): readonly SealedBatch[];
}

/** Makes a sender. */
export function createSender(parts: SenderParts): Sender {
  const { supply, clock, limits, ledger, pace, settlement } = parts;
  const drains = createDrainList();
  const open = createOpenBatches();
  let abort = new AbortController();
  let cancel = (): void => {};
  let flushAtMs = NEVER;
  let isStopped = false;

  const next = (): void => pump(pace.inFlightMax, false);

  /** How long until a batch may go; infinite when there is none. */
  function waitMs(isUrgent: boolean): number {
    if (open.waiting + supply.length === 0 || parts.isHeld()) return NEVER;
    const isDue = isUrgent || open.waiting > 0 || drains.length > 0 || supply.isDue;
    return Math.max(pace.notBeforeMs, isDue ? 0 : flushAtMs) - clock.monotonicMs();
  }

  /** Starts as many requests as may run now, and sets the timer for the next. */
  function pump(inFlightMax: number, keepalive: boolean): void {
    cancel();
    if (open.waiting === 0 && !supply.isDue) pace.noteCaughtUp();
    while (!isStopped && open.inFlight < inFlightMax) {
      const delayMs = waitMs(keepalive);
      if (delayMs > 0) {
        if (delayMs < NEVER) cancel = clock.setTimer(next, delayMs);
        return;
      }
      const batch = open.takeWaiting(pace.isProbing) ?? supply.next();
      if (supply.length === 0) flushAtMs = NEVER;
      if (batch) {
        ledger.sent += batch.count;
        pace.noteSent(batch.count);
        void send(batch, keepalive);
      }
    }
  }

  async function send(batch: SealedBatch, keepalive: boolean): Promise<void> {
    open.begin(batch);
    const outcome = await attempt(batch, parts, abort.signal, keepalive);
    if (!open.end(batch)) return;
    open.wait(settlement.settle(batch, outcome).filter((again) => !supply.keepBatch(again)));
    drains.settle(oldestOpen());
    parts.settled();
    next();
  }

  const oldestOpen = (): number => Math.min(supply.firstSequence, open.firstSequence);

  function takeBack(): readonly SealedBatch[] {
    cancel();
    abort.abort();
    abort = new AbortController();
    flushAtMs = NEVER;
    drains.settle(NEVER);
    return open.takeAll();
  }

  return {
    wake() {
      if (flushAtMs < NEVER) return void (supply.isDue && next());
      flushAtMs = clock.monotonicMs() + limits.flushIntervalMs * (0.8 + 0.4 * parts.random());
      next();
    },
    async drain() {
      if (parts.isHeld()) return;
      const drained = drains.add(ledger.enqueued);
      next();
      drains.settle(oldestOpen());
      return drained;
    },
    leave: () => pump(IN_FLIGHT_MAX_LEAVING, true),
    takeBack,
    stop() {
      isStopped = true;
      return takeBack();
    },
  };
}
