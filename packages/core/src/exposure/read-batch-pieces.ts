/** Takes a batch apart that was written piece by piece, however it was cut off. @module */
import { WireReader } from "../wire/wire-reader.js";

const BATCH_ID = 1;
const SEQUENCE_FIRST = 3;
const SEQUENCE_LAST = 4;
const CREATED_AT = 5;
const EXPOSURES = 10;
const TRACK_EVENTS = 11;

/** A record of a batch. */
export interface BatchRecord {
  /** Its place among all records of its instance. */
  readonly sequence: number;
  /** The field that holds it, with its tag. */
  readonly bytes: Uint8Array;
}

/** A batch in pieces, which share the memory of the whole. */
export interface BatchPieces {
  /** How many bytes are whole: what is after them was cut off. */
  readonly length: number;
  readonly createdAtMs: number;
  /** In order; never empty. */
  readonly records: readonly BatchRecord[];
  /** Every other field but the batch's id and sequence: what batches made of the same records share. */
  readonly about: readonly Uint8Array[];
}

/**
 * Takes a batch apart. What follows the last place of a record is not believed: it was cut off when its writer died.
 *
 * @param bytes - As `writeBatchHead` and `writeBatchPiece` made them, or a prefix.
 * @returns Undefined if there is no whole record.
 */
export function readBatchPieces(bytes: Uint8Array): BatchPieces | undefined {
  const reader = new WireReader(bytes, { records: bytes.length, depth: 1, textBytes: 0 });
  const records: BatchRecord[] = [];
  const about: Uint8Array[] = [];
  const unplaced: Uint8Array[] = [];
  let [length, createdAtMs] = [0, 0];
  try {
    for (let start = 0; reader.next(); start = reader.at) {
      const { field } = reader;
      if (field === SEQUENCE_LAST) {
        const last = reader.uint53();
        const places = last - unplaced.length + 1;
        records.push(...unplaced.map((record, place) => ({ sequence: places + place, bytes: record })));
        unplaced.length = 0;
        length = reader.at;
        continue;
      }
      if (field === CREATED_AT) createdAtMs = reader.int64();
      else reader.skip();
      const whole = bytes.subarray(start, reader.at);
      if (field === EXPOSURES || field === TRACK_EVENTS) unplaced.push(whole);
      else if (field !== BATCH_ID && field !== SEQUENCE_FIRST) about.push(whole);
    }
  } catch {
    // The rest was cut off.
  }
  return records.length > 0 ? { length, createdAtMs, records, about } : undefined;
}
