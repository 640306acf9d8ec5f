/** From a read to a queued record: tells repeats apart, queues, and keeps the books; a courier does the rest. @module */
import type { EvaluationDetails, Resolution } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { Consent } from "../consent.js";
import type { Courier, Intake } from "../courier.js";
import { addTo, createLedger, type DeliveryCounters, type DropReason } from "../delivery-counters.js";
import type { DeliveryLimits } from "../delivery-limits.js";
import type { DeliveryRecord, TrackedEvent } from "../delivery-record.js";
import type { DeliveryCounts } from "../flag-client.js";
import type { OutgoingEvent } from "../track-event.js";
import { within } from "../within.js";
import { openBooks } from "./books.js";
import { createBursts, type WaitUntil } from "./bursts.js";
import { createExposureQueue } from "./exposure-queue.js";
import { createRepeats } from "./repeats.js";

/** What a record takes in a batch beside its texts: tags, lengths, id, day, times. */
const RECORD_BYTES = 80;

/** What the pipeline needs. */
export interface PipelineParts {
  /** Opens what sends. */
  readonly openCourier: (intake: Intake) => Courier;
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits: DeliveryLimits;
  readonly consent: Consent;
  /** Told of every burst of records that is being sent. */
  readonly waitUntil?: WaitUntil | undefined;
  /** Told the counters whenever a batch was settled. */
  readonly settled: (counters: () => DeliveryCounters) => void;
}

/** Takes exposures and events, and gets them to the endpoint. */
export interface ExposurePipeline {
  /** Queues the exposure, unless there is none or it is a repeat. Never waits, never throws. */
  expose(details: EvaluationDetails): void;
  /** Queues an event. */
  track(name: string, event: OutgoingEvent): void;
  /** Sends what is queued. Never rejects. */
  flush(timeoutMs: number): Promise<DeliveryCounts>;
  /** Flushes, then gives up what is left; what an outbox keeps stays there. Idempotent. */
  close(timeoutMs: number): Promise<DeliveryCounts>;
  /** Sends all that is queued at once, in requests that may outlive the page. */
  leave(): void;
  /** The consent is another: sends what has waited for it, or forgets everything that is not acknowledged, wherever it is kept. */
  consentChanged(): void;
  counters(): DeliveryCounters;
}

/** Makes a pipeline. */
export function createExposurePipeline(parts: PipelineParts): ExposurePipeline {
  const { clock, limits, consent } = parts;
  const ledger = createLedger();
  const seen = createRepeats(limits.dedupRecords);
  let closing: Promise<DeliveryCounts> | undefined;
  let isClosed = false;

  const pushedOut = (record: DeliveryRecord): void => {
    addTo(ledger.dropped, "queue_full", 1);
    seen.forget([record]);
  };
  const queue = createExposureQueue(limits.queueRecords, limits.queueBytes, pushedOut);
  const settled = (): void => parts.settled(counters);
  const courier = parts.openCourier({ queue, ledger, lost: seen.forget, settled });
  const { counters, countsSince } = openBooks(ledger, queue, courier);

  function enqueue(sizeBytes: number, details?: EvaluationDetails, event?: TrackedEvent): void {
    const sequence = ++ledger.enqueued;
    if (isClosed) return addTo(ledger.dropped, "closed", 1);
    const record = { sequence, sizeBytes, atMs: clock.nowMs(), details, event };
    if (!courier.keep(record)) queue.add(record);
    courier.wake();
    noteBurst?.();
  }

  async function flush(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await within(courier.drain(), timeoutMs, clock);
    return countsSince(ackedBefore);
  }

  const noteBurst = parts.waitUntil && createBursts(parts.waitUntil, clock, flush);

  function dropQueued(reason: DropReason): void {
    while (queue.length > 0) addTo(ledger.dropped, reason, queue.take(queue.length, Number.POSITIVE_INFINITY).length);
  }

  async function close(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await flush(timeoutMs);
    isClosed = true;
    courier.end();
    dropQueued("closed");
    settled();
    return countsSince(ackedBefore);
  }

  function consentChanged(): void {
    if (consent.state === "granted") courier.release();
    if (consent.state !== "denied") return;
    courier.clear();
    dropQueued("consent");
    seen.forgetAll();
  }
  consentChanged();

  return {
    expose(details) {
      const resolution = consent.state === "denied" ? undefined : exposable(details);
      if (!resolution) return;
      if (seen.admit(resolution, clock.monotonicMs())) enqueue(sizeOf(resolution), details);
      else ledger.deduplicated++;
    },
    track(name, event) {
      if (consent.state !== "denied") enqueue(...tracked(name, event, parts.randomBytes(16)));
    },
    flush,
    close(timeoutMs) {
      closing ??= close(timeoutMs);
      return closing;
    },
    leave: courier.leave,
    consentChanged,
    counters,
  };
}

/** A tracked event as it is queued: about its bytes in a batch, no details, and itself. */
function tracked(name: string, event: OutgoingEvent, eventId: Uint8Array): [number, undefined, TrackedEvent] {
  const { unit, value, properties, propertiesBytes } = event;
  const sizeBytes = RECORD_BYTES + name.length + unit.length + propertiesBytes;
  return [sizeBytes, undefined, { eventId, name, unit, value, properties }];
}

/** What there is to expose. */
function exposable({ reason, resolution }: EvaluationDetails): Resolution | undefined {
  return resolution?.shouldExpose && reason !== "ERROR" ? resolution : undefined;
}

/** About as many bytes as an exposure takes in a batch. */
function sizeOf({ flagKey, variant, rule, assignmentId, unitSelector, unit, fallthroughs }: Resolution): number {
  const own = flagKey.length + variant.length + rule.length + assignmentId.length + unitSelector.length + unit.length;
  return fallthroughs.reduce(
    (sum, passed) => sum + passed.rule.length + passed.assignmentId.length + passed.unit.length,
    RECORD_BYTES + own,
  );
}
