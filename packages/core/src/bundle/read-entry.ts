/** Reads one flag or segment entry. A field this reader does not know makes the whole entry unreadable. @module */
import { FlagError } from "../errors.js";
import type { Flag } from "../flag.js";
import type { Limits } from "../limits.js";
import { ALLOCATION_BUCKETS, type Allocation, type BloomFilter, type Segment } from "../segment.js";
import type { Message } from "../wire/message.js";
import { readMessage } from "../wire/read-message.js";
import type { TextTable } from "../wire/text-table.js";
import { WireReader } from "../wire/wire-reader.js";
import { FLAG } from "./flag-tables.js";
import { BLOOM_FILTER, SEGMENT } from "./segment-tables.js";

/**
 * Reads a flag.
 *
 * @throws FlagError READER for an unknown field or value of an enum, MALFORMED and LIMIT for the bytes.
 */
export function readFlag(bytes: Uint8Array, limits: Limits, texts?: TextTable): Flag {
  const flag = readEntry(bytes, limits, FLAG, texts);
  if (flag.variants.length > limits.variantsPerFlag) throw new FlagError("LIMIT", `${flag.variants.length} variants`);
  if (flag.rules.length > limits.rulesPerFlag) throw new FlagError("LIMIT", `${flag.rules.length} rules`);
  return flag;
}

/**
 * Reads a segment.
 *
 * @throws FlagError READER for an unknown field or value of an enum, MALFORMED and LIMIT for the bytes.
 */
export function readSegment(bytes: Uint8Array, limits: Limits, texts?: TextTable): Segment {
  const segment = readEntry(bytes, limits, SEGMENT, texts);
  if (segment.allocation !== undefined) checkAllocation(segment.allocation);
  return segment;
}

/**
 * Reads a bloom filter.
 *
 * @throws FlagError READER for an unknown field or value of an enum, MALFORMED and LIMIT for the bytes.
 */
export function readBloomFilter(bytes: Uint8Array, limits: Limits): BloomFilter {
  return readEntry(bytes, limits, BLOOM_FILTER);
}

function readEntry<T extends object>(bytes: Uint8Array, limits: Limits, message: Message<T>, texts?: TextTable): T {
  if (bytes.length > limits.entryBytes) throw new FlagError("LIMIT", `an entry of ${bytes.length} bytes`);
  const { entryRecords: records, entryDepth: depth, textBytes } = limits;
  const budget = texts === undefined ? { records, depth, textBytes } : { records, depth, textBytes, texts };
  return readMessage(new WireReader(bytes, budget), message, "refuse");
}

function checkAllocation({ storedBits, form }: Allocation): void {
  if (storedBits > ALLOCATION_BUCKETS || (form.case === "bits" && form.value.length > ALLOCATION_BUCKETS / 8)) {
    throw new FlagError("LIMIT", `an allocation of more than ${ALLOCATION_BUCKETS} buckets`);
  }
  if (form.case !== "ranges") return;
  const { bounds } = form.value;
  if (bounds.length % 2 !== 0 || bounds.some((bound, i) => i > 0 && bound < (bounds[i - 1] as number))) {
    throw new FlagError("MALFORMED", "allocation ranges are not ascending pairs");
  }
}
