/** Stores a sealed batch exactly once, and says what became of it. @module */
import type { BundleStatus, ExposureBatch } from "@aplomb/proto/exposure";
import type { PublishExposuresRequest, RejectedRow } from "@aplomb/proto/resolve-service";
import type { Clock } from "../clock.js";
import type { Caller } from "../credential.js";
import type { CheckedBatch, ExposureStore, ReportedStatus, StoreOutcome } from "../exposure-store.js";
import type { Metrics } from "../metrics.js";
import type { Publication } from "../publication.js";
import { type SpanTracer, traced } from "../tracer.js";
import type { CandidateBundles } from "./candidate-bundles.js";
import { type CheckedRows, checkRows } from "./check-rows.js";
import { decodeBatch } from "./decode-batch.js";
import { judgeBatch } from "./judge-batch.js";
import { refusal } from "./refusal.js";

/** A batch sealed longer before its sending is refused: the endpoint keeps batch ids only for a while more than this. */
const maxBatchAgeMs: number = 48 * 3_600_000;

const maxQuarantinedFlags = 100;

/** What storing needs. */
export interface ReceiverParts {
  readonly publication: Publication;
  /** What exposures are judged by. */
  readonly candidates: CandidateBundles;
  readonly store: ExposureStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly tracer: SpanTracer | undefined;
  /** Told when the store cannot store; never with anything of the batch. */
  readonly onStoreError: (error: unknown) => void;
}

/** The answer to a batch. */
export interface BatchReceipt {
  readonly duplicate: boolean;
  readonly rejected: Pick<RejectedRow, "index" | "trackEvent" | "code">[];
}

/**
 * Checks, stores, answers. It resolves after the batch was synced to disk.
 *
 * Both sides of the age are read from the client's clock, so that a wrong clock refuses nothing.
 *
 * @throws ConnectError as `refusal` makes it; only `store_unavailable` is worth trying again.
 */
export async function publishExposures(
  request: PublishExposuresRequest,
  caller: Caller,
  parts: ReceiverParts,
): Promise<BatchReceipt> {
  const { metrics } = parts;
  try {
    const batch = decodeBatch(request.batch);
    if (!caller.audiences.has(batch.audience)) {
      throw refusal("wrong_audience", "the key does not open the audience that the batch is for");
    }
    if (request.sentAtMs - batch.createdAtMs > BigInt(maxBatchAgeMs)) {
      throw refusal("too_old", "the batch was sealed more than 48 hours before it was sent");
    }
    const rows = checkRows(batch, await judgeBatch(batch, parts.candidates));
    const outcome = await storeRows(batch, caller, rows, parts);
    metrics.batchStored(caller.client, outcome, rows);
    noteStatus(batch, caller, parts);
    return { duplicate: outcome.duplicate, rejected: [...rows.refused] };
  } catch (error) {
    metrics.batchRefused(caller.client, error);
    throw error;
  }
}

/** Counts how far behind the instance is; in another epoch, versions cannot be compared. */
function noteStatus({ audience, bundleStatus }: ExposureBatch, { client }: Caller, parts: ReceiverParts): void {
  const current = parts.publication.manifest(audience);
  if (bundleStatus === undefined || current === undefined || countOf(bundleStatus.epoch) !== current.epoch) return;
  const versionsBehind = Math.max(0, current.version - countOf(bundleStatus.version));
  parts.metrics.statusReported(client, { versionsBehind, ageMs: countOf(bundleStatus.ageMs) });
}

async function storeRows(
  batch: ExposureBatch,
  { client }: Caller,
  rows: CheckedRows,
  parts: ReceiverParts,
): Promise<StoreOutcome> {
  const checked: CheckedBatch = {
    audience: batch.audience,
    client,
    batchId: batch.batchId,
    instanceId: batch.instanceId,
    sequenceFirst: Number(batch.sequenceFirst),
    sequenceLast: Number(batch.sequenceLast),
    createdAtMs: Number(batch.createdAtMs),
    receivedAtMs: parts.clock.nowMs(),
    sdk: batch.sdk,
    status: batch.bundleStatus && reportedStatus(batch.bundleStatus),
    losses: batch.losses
      .filter(({ reason }) => isCode(reason))
      .map(({ reason, count }) => ({ reason, count: countOf(count) })),
    exposures: rows.exposures,
    trackEvents: rows.trackEvents,
    quarantine: rows.implausible,
  };
  const stopTimer = parts.metrics.startStoring();
  try {
    const attributes = {
      "aplomb.client": client,
      "aplomb.audience": batch.audience,
      "aplomb.rows": rows.exposures.length,
    };
    return await traced(parts.tracer, "store batch", attributes, () => parts.store.storeBatch(checked));
  } catch (error) {
    parts.onStoreError(error);
    throw refusal("store_unavailable", "the batch could not be stored; send it again", error);
  } finally {
    stopTimer();
  }
}

/** What an instance reports, cut to what can be stored: a report never costs a batch its rows. */
function reportedStatus(status: BundleStatus): ReportedStatus {
  return {
    epoch: countOf(status.epoch),
    version: countOf(status.version),
    sha256: Buffer.from(status.sha256.subarray(0, 32)).toString("hex"),
    ageMs: countOf(status.ageMs),
    rejectedVersion: countOf(status.rejectedVersion),
    rejectedCode: isCode(status.rejectedCode) ? status.rejectedCode : "",
    quarantinedFlags: status.quarantinedFlags.slice(0, maxQuarantinedFlags).map((flag) => flag.slice(0, 256)),
  };
}

/** Whether a text looks like a code of a table: what is not from one is not kept. */
function isCode(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(text);
}

/** A count as a number, at most the largest exact one. */
function countOf(value: bigint): number {
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}
