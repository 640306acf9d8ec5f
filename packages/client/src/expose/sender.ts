/** Sends what is queued: at most two batches at a time, each until it is settled. @module */
import type { PublishResponse } from "@aplomb/core";
import type { Clock } from "../clock.js";
import { addTo, type DeliveryLedger } from "../delivery-counters.js";
import type { ExposureSink } from "../exposure-sink.js";
import type { DeliveryLimits } from "../host.js";
import { classifyFailure } from "../retry/classify-failure.js";
import { RequestError } from "../retry/request-error.js";
import { createRetryPolicy } from "../retry/retry-policy.js";
import type { ExposureQueue } from "./exposure-queue.js";
import type { Seal, SealedBatch } from "./sealed-batch.js";

const RETRY_FLOOR_MS = 250;
const IN_FLIGHT_MAX = 2;
/** When the page may go away: as many as browsers let outlive it. */
const IN_FLIGHT_MAX_LEAVING = 8;

/** What sending needs. */
export interface SenderParts {
  readonly queue: ExposureQueue;
  readonly seal: Seal;
  readonly sink: ExposureSink;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: DeliveryLimits;
  readonly ledger: DeliveryLedger;
  /** Told of records that are lost for good, so that they may be met again. */
  readonly lost: (batch: SealedBatch) => void;
  /** Told whenever something was settled. */
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
  const { queue, clock, random, limits, ledger, sink } = parts;
  const retry = createRetryPolicy(random, RETRY_FLOOR_MS);
  const abort = new AbortController();
  /** Sealed, and waiting for another attempt. */
  const waiting: SealedBatch[] = [];
  const inFlight = new Set<SealedBatch>();
  const drains = new Set<{ readonly upTo: number; readonly resolve: () => void }>();
  let cancel = (): void => {};
  let flushAtMs = Number.POSITIVE_INFINITY;
  let notBeforeMs = 0;
  let troubled = false;

  const jittered = (): number => limits.flushIntervalMs * (0.8 + 0.4 * random());
  const isFull = (): boolean => queue.length >= limits.batchRecords || queue.sizeBytes >= limits.batchBytes;

  function nextBatch(): SealedBatch {
    const again = waiting.shift();
    if (again) return again;
    const batch = parts.seal(queue.take(limits.batchRecords, limits.batchBytes));
    if (queue.length === 0) flushAtMs = Number.POSITIVE_INFINITY;
    ledger.inFlight += batch.records.length;
    return batch;
  }

  /** How long until a batch may go; infinite when there is none. */
  function waitMs(isUrgent: boolean): number {
    if (waiting.length + queue.length === 0) return Number.POSITIVE_INFINITY;
    const isDue = isUrgent || waiting.length > 0 || drains.size > 0 || isFull();
    return Math.max(notBeforeMs, isDue ? 0 : flushAtMs) - clock.monotonicMs();
  }

  /** Starts as many requests as may run now, and sets the timer for the next. */
  function pump(inFlightMax: number, keepalive: boolean): void {
    cancel();
    while (!abort.signal.aborted && inFlight.size < inFlightMax) {
      const delayMs = waitMs(keepalive);
      if (delayMs <= 0) void send(nextBatch(), keepalive);
      else {
        if (delayMs < Number.POSITIVE_INFINITY) cancel = clock.setTimer(next, delayMs);
        return;
      }
    }
  }

  const next = (): void => pump(troubled ? 1 : IN_FLIGHT_MAX, false);

  async function send(batch: SealedBatch, keepalive: boolean): Promise<void> {
    inFlight.add(batch);
    try {
      const answer = await sink.publish(batch.bytes, abort.signal, keepalive);
      if (!abort.signal.aborted) acknowledged(batch, answer);
    } catch (error) {
      if (!abort.signal.aborted) failed(batch, error);
    }
    inFlight.delete(batch);
    settleDrains();
    parts.settled();
    next();
  }

  function acknowledged(batch: SealedBatch, { duplicate, rejected }: PublishResponse): void {
    const count = batch.records.length;
    healthy();
    for (const row of rejected) addTo(ledger.rejected, row.code, 1);
    ledger.acked += count - rejected.length;
    ledger.inFlight -= count;
    if (duplicate) ledger.duplicateAcked += count;
  }

  function healthy(): void {
    troubled = false;
    notBeforeMs = clock.monotonicMs() + retry.succeeded();
  }

  function failed(batch: SealedBatch, error: unknown): void {
    const kind = error instanceof RequestError ? classifyFailure(error) : "backoff";
    if (kind === "too_large") return split(batch);
    if (kind === "rejected") {
      healthy();
      return giveUp(batch, ledger.rejected, `http_${(error as RequestError).status}`);
    }
    ledger.batchesRetried++;
    waiting.push(batch);
    // Two batches that fail together are one failure of the endpoint.
    if (clock.monotonicMs() >= notBeforeMs) notBeforeMs = clock.monotonicMs() + retry.failed(error);
    troubled = true;
  }

  function split(batch: SealedBatch): void {
    const { records } = batch;
    healthy();
    if (records.length === 1) return giveUp(batch, ledger.dropped, "oversize");
    const middle = records.length >> 1;
    waiting.push(parts.seal(records.slice(0, middle)), parts.seal(records.slice(middle)));
  }

  function giveUp(batch: SealedBatch, counts: Record<string, number>, reason: string): void {
    addTo(counts, reason, batch.records.length);
    ledger.inFlight -= batch.records.length;
    parts.lost(batch);
  }

  function settleDrains(): void {
    const open = [...waiting, ...inFlight].map((batch) => batch.records[0]?.sequence ?? 0);
    const oldest = Math.min(queue.firstSequence, ...open);
    for (const drain of drains) {
      if (oldest <= drain.upTo && !abort.signal.aborted) continue;
      drains.delete(drain);
      drain.resolve();
    }
  }

  return {
    wake() {
      if (flushAtMs === Number.POSITIVE_INFINITY) {
        flushAtMs = clock.monotonicMs() + jittered();
        next();
      } else if (isFull()) next();
    },
    drain: () =>
      new Promise((resolve) => {
        drains.add({ upTo: ledger.enqueued, resolve });
        next();
        settleDrains();
      }),
    leave: () => pump(IN_FLIGHT_MAX_LEAVING, true),
    stop() {
      cancel();
      abort.abort();
      for (const batch of [...waiting.splice(0), ...inFlight]) giveUp(batch, ledger.dropped, "closed");
      const unsealed = queue.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
      if (unsealed.length > 0) addTo(ledger.dropped, "closed", unsealed.length);
      settleDrains();
    },
  };
}
