/** Reads the endpoint's answer to a batch. @module */
import { BYTES, VARINT, WireReader } from "./wire-reader.js";

/** A row that was not stored, and never will be. */
export interface RejectedRow {
  /** Its place among the batch's exposures, or among its track events. */
  readonly index: number;
  readonly isTrackEvent: boolean;
  readonly code: string;
}

/** The batch is stored: now or already. */
export interface PublishResponse {
  readonly duplicate: boolean;
  readonly rejected: readonly RejectedRow[];
}

/**
 * Reads a publish response; fields of newer servers are passed over.
 *
 * @throws FlagError MALFORMED or LIMIT.
 */
export function readPublishResponse(bytes: Uint8Array): PublishResponse {
  const reader = new WireReader(bytes, { records: 100_000, depth: 1, textBytes: 256 });
  let duplicate = false;
  const rejected: RejectedRow[] = [];
  while (reader.next()) {
    if (reader.field === 1 && reader.type === VARINT) duplicate = reader.bool();
    else if (reader.field === 2 && reader.type === BYTES) rejected.push(readRejectedRow(reader.message()));
    else reader.skip();
  }
  return { duplicate, rejected };
}

function readRejectedRow(reader: WireReader): RejectedRow {
  let index = 0;
  let isTrackEvent = false;
  let code = "";
  while (reader.next()) {
    if (reader.field === 1 && reader.type === VARINT) index = reader.uint32();
    else if (reader.field === 2 && reader.type === VARINT) isTrackEvent = reader.bool();
    else if (reader.field === 3 && reader.type === BYTES) code = reader.text();
    else reader.skip();
  }
  return { index, isTrackEvent, code };
}
