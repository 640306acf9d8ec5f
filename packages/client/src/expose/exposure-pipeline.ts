/** From a read to an acknowledged batch: tells repeats apart, queues, seals, sends, counts. @module */
import type { EvaluationDetails, Resolution } from "@aplomb/core";
import type { Clock } from "../clock.js";
import type { Consent } from "../consent.js";
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
import { createRepeats } from "./repeats.js";
import { createRest } from "./rest.js";
import type { Seal } from "./sealed-batch.js";
import { createSender } from "./sender.js";
import { createSettlement } from "./settlement.js";
import { createSupply } from "./supply.js";

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
  const outbox = parts.openOutbox?.(ledger);
  const pace = createPace({ ...parts, flushIntervalMs: limits.flushIntervalMs, enqueued: () => ledger.enqueued });
  const { counters, countsSince } = openBooks(ledger, queue, outbox, pace);
  const settlement = createSettlement(ledger, pace, (batch) => seen.forget(batch.records));
  const supply = createSupply({ queue, outbox, seal: parts.createSeal(ledger), ledger, limits });
  const [settled, isHeld] = [() => parts.settled(counters), () => consent.state !== "granted"];
  const sender = createSender({ ...parts, supply, ledger, pace, settlement, isHeld, settled });
  const rest = createRest({ queue, outbox, supply, settlement, ledger });
  const looked = (): void => void (!isHeld() && supply.keepQueued() > 0 && sender.wake());
  const recovery = outbox && startRecovery(outbox, clock, looked);

  function enqueue(sizeBytes: number, details?: EvaluationDetails, event?: TrackedEvent): void {
    const sequence = ++ledger.enqueued;
    if (isClosed) return addTo(ledger.dropped, "closed", 1);
    const record = { sequence, sizeBytes, atMs: clock.nowMs(), details, event };
    if (isHeld() || !outbox?.keep(record)) queue.add(record);
    sender.wake();
    noteBurst?.();
  }

  async function flush(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await within(recovery ? recovery.current.then(sender.drain) : sender.drain(), timeoutMs, clock);
    return countsSince(ackedBefore);
  }

  const noteBurst = parts.waitUntil && createBursts(parts.waitUntil, clock, flush);

  async function close(timeoutMs: number): Promise<DeliveryCounts> {
    const ackedBefore = ledger.acked;
    await flush(timeoutMs);
    isClosed = true;
    recovery?.stop();
    rest.putAway(sender.stop());
    settled();
    return countsSince(ackedBefore);
  }

  function consentChanged(): void {
    if (consent.state === "granted") looked();
    if (consent.state !== "denied") return;
    rest.clear(sender.takeBack());
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
    leave: sender.leave,
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
