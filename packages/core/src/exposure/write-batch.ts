/** Writes exposure batches and publish requests. @module */
import type {
  ExposureBatch as BatchMessage,
  BundleStatus as BundleStatusMessage,
  Exposure as ExposureMessage,
  FallthroughAssignment,
  Loss as LossMessage,
  TrackEvent as TrackEventMessage,
} from "@aplomb/proto/exposure";
import type { PublishExposuresRequest } from "@aplomb/proto/resolve-service";
import type { Exposure } from "../exposure.js";
import type { JsonObject } from "../value.js";
import { BLOB, DOUBLE, INT64, type Message, message, STRUCT, TEXT, UINT } from "../wire/message.js";
import { writeMessage } from "../wire/write-message.js";

/** Something the application measured. */
export interface TrackEvent {
  /** 16 random bytes. */
  readonly eventId: Uint8Array;
  readonly name: string;
  readonly unit: string;
  readonly value?: number | undefined;
  readonly properties?: JsonObject | undefined;
  readonly trackedAtMs: number;
}

/** What the client runs and what it refused. */
export interface BundleStatus {
  readonly epoch: number;
  readonly version: number;
  /** 32 bytes, or none. */
  readonly sha256: Uint8Array;
  readonly ageMs: number;
  readonly rejectedVersion: number;
  readonly rejectedCode: string;
  readonly quarantinedFlags: readonly string[];
}

/** What goes into one sealed batch. */
export interface ExposureBatch {
  /** 16 random bytes, drawn when the batch is sealed. */
  readonly batchId: Uint8Array;
  /** 16 random bytes, drawn when the client was made. */
  readonly instanceId: Uint8Array;
  readonly sequenceFirst: number;
  readonly sequenceLast: number;
  readonly createdAtMs: number;
  /** Such as "aplomb-node/0.1.0". */
  readonly sdk: string;
  readonly audience: string;
  readonly bundleStatus: BundleStatus;
  /** Dropped so far, by reason. */
  readonly losses: ReadonlyMap<string, number>;
  readonly exposures: readonly Exposure[];
  readonly trackEvents: readonly TrackEvent[];
}

const FALLTHROUGH: Message<object> = message<FallthroughAssignment>({
  rule: [1, TEXT],
  assignmentId: [2, TEXT],
  unit: [3, TEXT],
  unitSelector: [4, TEXT],
});
/** An exposure, as it is sent and as the endpoint proposes it. */
export const EXPOSURE: Message<object> = message<ExposureMessage>({
  flag: [1, TEXT],
  variant: [2, TEXT],
  rule: [3, TEXT],
  assignmentId: [4, TEXT],
  unitSelector: [5, TEXT],
  unit: [6, TEXT],
  fallthroughs: [7, FALLTHROUGH, "[]"],
  bundleVersion: [8, UINT],
  exposedAtMs: [9, INT64],
  windowDay: [10, TEXT],
  exposureId: [11, BLOB],
});
const TRACK_EVENT: Message<object> = message<TrackEventMessage>({
  eventId: [1, BLOB],
  name: [2, TEXT],
  unit: [3, TEXT],
  value: [4, DOUBLE, "?"],
  properties: [5, STRUCT],
  trackedAtMs: [6, INT64],
});
const STATUS: Message<object> = message<BundleStatusMessage>({
  epoch: [1, UINT],
  version: [2, UINT],
  sha256: [3, BLOB],
  ageMs: [4, UINT],
  rejectedVersion: [5, UINT],
  rejectedCode: [6, TEXT],
  quarantinedFlags: [7, TEXT, "[]"],
});
const LOSS: Message<object> = message<LossMessage>({ reason: [1, TEXT], count: [2, UINT] });
const BATCH: Message<object> = message<BatchMessage>({
  batchId: [1, BLOB],
  instanceId: [2, BLOB],
  sequenceFirst: [3, UINT],
  sequenceLast: [4, UINT],
  createdAtMs: [5, INT64],
  sdk: [6, TEXT],
  audience: [7, TEXT],
  bundleStatus: [8, STATUS],
  losses: [9, LOSS, "[]"],
  exposures: [10, EXPOSURE, "[]"],
  trackEvents: [11, TRACK_EVENT, "[]"],
});
/** A record and its place, in this order: a place that can be read vouches for all that is before it. */
const RECORD: Message<object> = {
  fields: {
    exposures: [10, EXPOSURE, "[]"],
    trackEvents: [11, TRACK_EVENT, "[]"],
    bundleStatus: [8, STATUS],
    losses: [9, LOSS, "[]"],
    createdAtMs: [5, INT64],
    sequenceLast: [4, UINT],
  },
};
const REQUEST: Message<object> = message<PublishExposuresRequest>({ batch: [1, BLOB], sentAtMs: [2, INT64] });

/** The bytes of a batch: written once, sent as often as it takes. */
export function writeExposureBatch(batch: ExposureBatch): Uint8Array<ArrayBuffer> {
  return writeMessage(BATCH, { ...batch, losses: lossesOf(batch.losses) });
}

/** What comes first in a batch that is written piece by piece. */
export type BatchHead = Pick<
  ExposureBatch,
  "batchId" | "instanceId" | "sequenceFirst" | "createdAtMs" | "sdk" | "audience"
>;

/** What follows the head, any number of times: records with the place of the last of them, or what is said at the end. */
export type BatchPiece = Pick<ExposureBatch, "sequenceLast"> &
  Partial<Omit<ExposureBatch, keyof BatchHead>> & {
    readonly createdAtMs?: number;
  };

/**
 * The head of a batch that is written piece by piece.
 *
 * Messages concatenate: these bytes, and those of `writeBatchPiece` after them, are a batch wherever they end.
 */
export function writeBatchHead(head: BatchHead): Uint8Array<ArrayBuffer> {
  return writeMessage(BATCH, { ...NOTHING, ...head });
}

/** A piece of a batch, to be appended to its head. It ends with the place of the last record: see `readBatchPieces`. */
export function writeBatchPiece(piece: BatchPiece): Uint8Array<ArrayBuffer> {
  return writeMessage(RECORD, { ...NOTHING, ...piece, losses: lossesOf(piece.losses) });
}

const NOTHING = { losses: [], exposures: [], trackEvents: [] };

function lossesOf(losses: ReadonlyMap<string, number> = new Map()): readonly object[] {
  return [...losses].map(([reason, count]) => ({ reason, count }));
}

/** A publish request around the bytes of a batch. */
export function writePublishRequest(batch: Uint8Array, sentAtMs: number): Uint8Array<ArrayBuffer> {
  return writeMessage(REQUEST, { batch, sentAtMs });
}
