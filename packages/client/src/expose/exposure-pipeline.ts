/** From a read to an acknowledged batch: tells repeats apart, queues, seals, sends, counts. @module */
import { createExposureWindow, type EvaluationDetails, type Resolution } from "@aplomb/core";
import type { Clock } from "../clock.js";
import { addTo, createLedger, type DeliveryCounters, type DeliveryLedger, totalOf } from "../delivery-counters.js";
import type { DeliveryRecord, TrackedEvent } from "../delivery-record.js";
import type { ExposureSink } from "../exposure-sink.js";
import type { DeliveryCounts } from "../flag-client.js";
import type { DeliveryLimits } from "../host.js";
import type { OutgoingEvent } from "../track-event.js";
import { within } from "../within.js";
import { createExposureQueue } from "./exposure-queue.js";
import { createPace } from "./pace.js";
import { createSealNext } from "./seal-next.js";
import type { Seal } from "./sealed-batch.js";
import { createSender } from "./sender.js";
import { createSettlement } from "./settlement.js";

const DEDUP_MS = 600_000;
/** What a record takes in a batch beside its texts: tags, lengths, id, day, times. */
const RECORD_BYTES = 80;

/** What the pipeline needs. */
export interface PipelineParts {
  readonly sink: ExposureSink;
  readonly createSeal: (ledger: DeliveryLedger) => Seal;
  readonly clock: Clock;
  readonly random: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits: DeliveryLimits;
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
  /** Flushes, then gives up what is left. Idempotent. */
  close(timeoutMs: number): Promise<DeliveryCounts>;
  /** Sends all that is queued at once, in requests that may outlive the page. */
  leave(): void;
  counters(): DeliveryCounters;
}

/** Makes a pipeline. */
export function createExposurePipeline(parts: PipelineParts): ExposurePipeline {
  const { clock, limits } = parts;
  const ledger = createLedger();
  const seen = createExposureWindow(limits.dedupRecords, DEDUP_MS);
  let closing: Promise<DeliveryCounts> | undefined;
  let isClosed = false;

  const forget = ({ details }: DeliveryRecord): void => {
    if (details?.resolution) seen.forget(details.resolution);
  };
  const queue = createExposureQueue(limits.queueRecords, limits.queueBytes, (record) => {
    addTo(ledger.dropped, "queue_full", 1);
    forget(record);
  });
  const counters = (): DeliveryCounters => {
    const { rejected, dropped } = ledger;
    const copies = { rejected: { ...rejected }, dropped: { ...dropped } };
    return { ...ledger, ...copies, queued: queue.length, queuedBytes: queue.sizeBytes };
  };
  const seal = parts.createSeal(ledger);
  const pace = createPace(clock, parts.random);
  const settlement = createSettlement(ledger, pace, seal, (batch) => batch.records.forEach(forget));
  const sealNext = createSealNext(queue, seal, ledger, limits);
  const settled = (): void => parts.settled(counters);
  const sender = createSender({ ...parts, queue, ledger, pace, sealNext, settlement, settled });

  function enqueue(sizeBytes: number, details?: EvaluationDetails, event?: TrackedEvent): void {
    const sequence = ++ledger.enqueued;
    if (isClosed) return addTo(ledger.dropped, "closed", 1);
    queue.add({ sequence, sizeBytes, atMs: clock.nowMs(), details, event });
    sender.wake();
  }

  async function flush(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await within(sender.drain(), timeoutMs, clock);
    return countsSince(ackedBefore);
  }

  function countsSince(ackedBefore: number): DeliveryCounts {
    const dropped = totalOf(ledger.dropped) + totalOf(ledger.rejected);
    return { delivered: ledger.acked - ackedBefore, pending: queue.length + ledger.inFlight, dropped };
  }

  async function close(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await flush(timeoutMs);
    isClosed = true;
    sender.stop();
    parts.settled(counters);
    return countsSince(ackedBefore);
  }

  return {
    expose(details) {
      const { resolution } = details;
      if (!resolution?.shouldExpose || details.reason === "ERROR") return;
      if (seen.admit(resolution, clock.monotonicMs())) enqueue(sizeOf(resolution), details);
      else ledger.deduplicated++;
    },
    track(name, { unit, value, properties, propertiesBytes }) {
      const event: TrackedEvent = { eventId: parts.randomBytes(16), name, unit, value, properties };
      enqueue(RECORD_BYTES + name.length + unit.length + propertiesBytes, undefined, event);
    },
    flush,
    close(timeoutMs) {
      closing ??= close(timeoutMs);
      return closing;
    },
    leave: sender.leave,
    counters,
  };
}

/** About as many bytes as an exposure takes in a batch. */
function sizeOf({ flagKey, variant, rule, assignmentId, unitSelector, unit, fallthroughs }: Resolution): number {
  const own = flagKey.length + variant.length + rule.length + assignmentId.length + unitSelector.length + unit.length;
  return fallthroughs.reduce(
    (sum, passed) => sum + passed.rule.length + passed.assignmentId.length + passed.unit.length,
    RECORD_BYTES + own,
  );
}
