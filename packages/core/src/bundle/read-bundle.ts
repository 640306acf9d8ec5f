/** Indexes a bundle: where each entry is, without reading it. @module */
import { FlagError } from "../errors.js";
import type { Limits } from "../limits.js";
import { BYTES, nested, VARINT, WireReader } from "../wire/wire-reader.js";

/** A bundle whose entries are still bytes; they share the bundle's memory. */
export interface BundleIndex {
  readonly allocationSalt: string;
  readonly usesSchedules: boolean;
  /** Flag entries by key, in the bundle's order. */
  readonly flags: ReadonlyMap<string, Uint8Array>;
  /** Segment entries by id. */
  readonly segments: ReadonlyMap<string, Uint8Array>;
  /** Bloom filters by materialized segment, in order: the last that can be used holds. */
  readonly bloomFilters: ReadonlyMap<string, readonly Uint8Array[]>;
}

/**
 * Reads a bundle's frame. Of two entries with one key the last holds.
 *
 * @throws FlagError LIMIT, MALFORMED; READER for a schema it does not know.
 */
export function readBundle(bytes: Uint8Array, limits: Limits): BundleIndex {
  if (bytes.length > limits.bundleBytes) throw new FlagError("LIMIT", `a bundle of ${bytes.length} bytes`);
  const budget = { records: Number.POSITIVE_INFINITY, depth: 1, textBytes: limits.keyBytes };
  const reader = new WireReader(bytes, budget);
  const index = { allocationSalt: "", usesSchedules: false, schema: 0 };
  const flags = new Map<string, Uint8Array>();
  const segments = new Map<string, Uint8Array>();
  const bloomFilters = new Map<string, Uint8Array[]>();
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 24 + BYTES) addEntry(reader, flags);
    else if (tag === 32 + BYTES) addEntry(reader, segments);
    else if (tag === 8 + VARINT) index.schema = reader.uint32();
    else if (tag === 16 + BYTES) index.allocationSalt = reader.text();
    else if (tag === 40 + BYTES) addBloomFilter(reader, bloomFilters);
    else if (tag === 48 + VARINT) index.usesSchedules = reader.bool();
    else reader.skip();
    if (flags.size > limits.flags) throw new FlagError("LIMIT", `more than ${limits.flags} flags`);
  }
  if (index.schema !== 1) throw new FlagError("READER", `bundle schema ${index.schema}`);
  return { ...index, flags, segments, bloomFilters };
}

function addEntry(reader: WireReader, into: Map<string, Uint8Array>): void {
  const [key, body] = nested(reader, readEntry);
  into.set(key, body);
}

function addBloomFilter(reader: WireReader, into: Map<string, Uint8Array[]>): void {
  const [key, body] = nested(reader, readEntry);
  const filters = into.get(key);
  if (filters === undefined) into.set(key, [body]);
  else filters.push(body);
}

function readEntry(reader: WireReader): [key: string, body: Uint8Array] {
  let key = "";
  let body: Uint8Array = new Uint8Array();
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) key = reader.text();
    else if (reader.field === 2 && reader.type === BYTES) body = reader.bytes();
    else reader.skip();
  }
  return [key, body];
}
