/** From a read to an acknowledged batch: tells repeats apart, queues, seals, sends, counts. @module */
import { createExposureWindow, type EvaluationDetails, type Resolution } from "@aplomb/core";
import type { Clock } from "../clock.js";
import { addTo, createLedger, type DeliveryCounters, type DeliveryLedger } from "../delivery-counters.js";
import type { DeliveryLimits } from "../delivery-limits.js";
import type { DeliveryRecord, TrackedEvent } from "../delivery-record.js";
import type { ExposureSink } from "../exposure-sink.js";
import type { DeliveryCounts } from "../flag-client.js";
import type { Outbox } from "../outbox.js";
import type { OutgoingEvent } from "../track-event.js";
import { within } from "../within.js";
import { openBooks } from "./books.js";
import { createBursts, type WaitUntil } from "./bursts.js";
import { createExposureQueue } from "./exposure-queue.js";
import { createPace } from "./pace.js";
import { startRecovery } from "./recovery.js";
import { createRest } from "./rest.js";
import type { Seal } from "./sealed-batch.js";
import { createSender } from "./sender.js";
import { createSettlement } from "./settlement.js";
import { createSupply } from "./supply.js";

const DEDUP_MS = 600_000;
/** What a record takes in a batch beside its texts: tags, lengths, id, day, times. */
const RECORD_BYTES = 80;

/** What the pipeline needs. */
export interface PipelineParts {
  readonly sink: ExposureSink;
  readonly createSeal: (ledger: DeliveryLedger) => Seal;
  /** Opens what keeps records where they survive; absent: they are in memory alone. */
  readonly openOutbox?: ((ledger: DeliveryLedger) => Outbox) | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits: DeliveryLimits;
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
  /** Forgets everything that is not acknowledged, wherever it is kept: nobody may send it any more. */
  clear(): void;
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
  const outbox = parts.openOutbox?.(ledger);
  const { counters, countsSince } = openBooks(ledger, queue, outbox);
  const { random } = parts;
  const pace = createPace({ clock, random, flushIntervalMs: limits.flushIntervalMs, enqueued: () => ledger.enqueued });
  const settlement = createSettlement(ledger, pace, (batch) => batch.records.forEach(forget));
  const supply = createSupply({ queue, outbox, seal: parts.createSeal(ledger), ledger, limits });
  const settled = (): void => parts.settled(counters);
  const sender = createSender({ ...parts, supply, ledger, pace, settlement, settled });
  const rest = createRest({ queue, outbox, supply, settlement, ledger });
  const recovery =
    outbox &&
    startRecovery(outbox, clock, () => {
      if (supply.length > 0) sender.wake();
    });

  function enqueue(sizeBytes: number, details?: EvaluationDetails, event?: TrackedEvent): void {
    const sequence = ++ledger.enqueued;
    if (isClosed) return addTo(ledger.dropped, "closed", 1);
    const record = { sequence, sizeBytes, atMs: clock.nowMs(), details, event };
    if (!outbox?.keep(record)) queue.add(record);
    sender.wake();
    noteBurst?.();
  }

  const drain = (): Promise<void> => (recovery ? recovery.current.then(sender.drain) : sender.drain());

  async function flush(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await within(drain(), timeoutMs, clock);
    return countsSince(ackedBefore);
  }

  const noteBurst = parts.waitUntil && createBursts(parts.waitUntil, clock, flush);

  async function close(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await flush(timeoutMs);
    isClosed = true;
    recovery?.stop();
    rest.putAway(sender.stop());
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
    clear: () => rest.clear(sender.takeBack()),
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
