/** From the bytes of a batch to its message, with bounds on what decoding may cost. @module */
import { type ExposureBatch, ExposureBatchSchema } from "@aplomb/proto/exposure";
import { fromBinary } from "@bufbuild/protobuf";
import { createFieldCounter } from "./count-fields.js";
import { refusal } from "./refusal.js";

/** Sixteen times what a client seals at most. */
const maxRecords = 8_000;
/** About 25 for each of the most records a batch may have; some 30 MB when decoded. */
const limits = { maxFields: 200_000, maxDepth: 32 } as const;
const countFields = createFieldCounter(ExposureBatchSchema, limits);
const maxNameLength = 256;
const maxLosses = 64;

/**
 * The message of a batch.
 *
 * @throws ConnectError `malformed` for bytes that are no batch or lack what identifies one; `too_large` beyond a bound.
 */
export function decodeBatch(bytes: Uint8Array): ExposureBatch {
  let batch: ExposureBatch;
  try {
    countFields(bytes);
    batch = fromBinary(ExposureBatchSchema, bytes, { readUnknownFields: false, recursionLimit: limits.maxDepth });
  } catch (error) {
    const detail = error instanceof Error ? error.message : "not a protobuf message";
    throw refusal(
      error instanceof RangeError ? "too_large" : "malformed",
      `the batch cannot be read: ${detail}`,
      error,
    );
  }
  const problem = problemOf(batch);
  if (problem) throw refusal("malformed", problem);
  const records = batch.exposures.length + batch.trackEvents.length;
  if (records > maxRecords)
    throw refusal("too_large", `the batch has ${records} records, at most ${maxRecords} are read`);
  return batch;
}

/** What a batch as a whole lacks; its rows are checked one by one later. */
function problemOf(batch: ExposureBatch): string | undefined {
  const { batchId, instanceId, sequenceFirst, sequenceLast, createdAtMs, sdk, audience } = batch;
  if (batchId.length !== 16) return `batch_id has ${batchId.length} bytes, expected 16`;
  if (instanceId.length !== 16) return `instance_id has ${instanceId.length} bytes, expected 16`;
  if (audience === "") return "audience is empty";
  if (sdk.length > maxNameLength || sdk.includes("\0")) return "sdk is too long or holds U+0000";
  if (!isSafe(createdAtMs) || createdAtMs <= 0n) return "created_at_ms is not a moment after 1970";
  if (!isSafe(sequenceFirst) || !isSafe(sequenceLast)) return "the sequence is out of range";
  if (sequenceLast < sequenceFirst) return "sequence_last is below sequence_first";
  if (batch.losses.length > maxLosses)
    return `there are ${batch.losses.length} losses, at most ${maxLosses} reasons are read`;
  return undefined;
}

/** Whether a 64-bit integer is exact as a number. */
function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
