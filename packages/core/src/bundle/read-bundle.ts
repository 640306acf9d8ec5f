/** Indexes a bundle: where each entry is, without reading it. @module */
import { FlagError } from "../errors.js";
import type { Limits } from "../limits.js";
import { BYTES, VARINT, WireReader } from "../wire/wire-reader.js";
import { addPlace, createEntryPlaces, type EntryIndex, indexEntries, keyText } from "./entry-index.js";
import { scanEntries } from "./scan-entries.js";

/** A bundle whose entries are still bytes; they share the bundle's memory. */
export interface BundleIndex {
  readonly allocationSalt: string;
  readonly usesSchedules: boolean;
  /** Flag entries by key. */
  readonly flags: EntryIndex;
  /** Segment entries by id. */
  readonly segments: EntryIndex;
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
  const frame = { allocationSalt: "", usesSchedules: false, schema: 0 };
  const flags = createEntryPlaces(bytes);
  const segments = createEntryPlaces(bytes);
  const addFlag: AddEntry = (...places) => addPlace(flags, ...places);
  const addSegment: AddEntry = (...places) => addPlace(segments, ...places);
  const bloomFilters = new Map<string, Uint8Array[]>();
  for (;;) {
    reader.goTo(scanEntries(bytes, reader.at, limits.keyBytes, flags, segments));
    if (!reader.next()) break;
    const tag = reader.field * 8 + reader.type;
    if (tag === 24 + BYTES) readEntry(reader, addFlag);
    else if (tag === 32 + BYTES) readEntry(reader, addSegment);
    else if (tag === 8 + VARINT) frame.schema = reader.uint32();
    else if (tag === 16 + BYTES) frame.allocationSalt = reader.text();
    else if (tag === 40 + BYTES) addBloomFilter(bytes, reader, bloomFilters);
    else if (tag === 48 + VARINT) frame.usesSchedules = reader.bool();
    else reader.skip();
  }
  if (frame.schema !== 1) throw new FlagError("READER", `bundle schema ${frame.schema}`);
  const index = { ...frame, flags: indexEntries(flags), segments: indexEntries(segments), bloomFilters };
  if (index.flags.size > limits.flags) throw new FlagError("LIMIT", `more than ${limits.flags} flags`);
  return index;
}

function addBloomFilter(bytes: Uint8Array, reader: WireReader, into: Map<string, Uint8Array[]>): void {
  readEntry(reader, (keyAt, keyEnd, bodyAt, bodyEnd) => {
    const key = keyText(bytes, keyAt, keyEnd);
    const filters = into.get(key) ?? [];
    if (filters.push(bytes.subarray(bodyAt, bodyEnd)) === 1) into.set(key, filters);
  });
}

type AddEntry = (keyAt: number, keyEnd: number, bodyAt: number, bodyEnd: number) => void;

/** Reads where an entry's key and body lie; either may be missing, and is then empty. */
function readEntry(reader: WireReader, add: AddEntry): void {
  const outerEnd = reader.enter();
  let keyAt = 0;
  let keyEnd = 0;
  let bodyAt = 0;
  let bodyEnd = 0;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) {
      keyAt = reader.textAt();
      keyEnd = reader.at;
    } else if (reader.field === 2 && reader.type === BYTES) {
      bodyAt = reader.bytesAt();
      bodyEnd = reader.at;
    } else reader.skip();
  }
  reader.leave(outerEnd);
  add(keyAt, keyEnd, bodyAt, bodyEnd);
}
