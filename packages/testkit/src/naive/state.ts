/** A bundle as plain maps of messages: the contract's rules for duplicates and unreadable entries. @module */
import {
  type BloomFilter,
  BloomFilterSchema,
  type Bundle,
  BundleSchema,
  type Flag,
  FlagSchema,
  FlagState,
  LiteralKind,
  ScalarKind,
  type Segment,
  SegmentSchema,
} from "@aplomb/proto/bundle";
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";

/** The flags, segments and filters of a bundle; an entry that cannot be read is `unreadable` (rulings 9 and 13). */
export interface NaiveState {
  readonly allocationSalt: string;
  readonly flags: ReadonlyMap<string, Flag | "unreadable">;
  readonly segments: ReadonlyMap<string, Segment | "unreadable">;
  readonly bloomFilters: ReadonlyMap<string, BloomFilter>;
}

/** Reads a bundle whole. Of two entries with one key, the last holds (§2). */
export function naiveStateOf(bundle: Bundle | Uint8Array): NaiveState {
  const { allocationSalt, flags, segments, bloomFilters } =
    bundle instanceof Uint8Array ? fromBinary(BundleSchema, bundle) : bundle;
  return {
    allocationSalt,
    flags: new Map(flags.map((entry) => [entry.key, entryOf(FlagSchema, entry.flag)])),
    segments: new Map(segments.map((entry) => [entry.id, segmentOf(entry.segment)])),
    bloomFilters: new Map(
      bloomFilters.flatMap((entry) => {
        const filter = entryOf(BloomFilterSchema, entry.filter);
        return filter === "unreadable" || filter.bitCount <= 0n ? [] : [[entry.materializedSegment, filter] as const];
      }),
    ),
  };
}

/** A bitset beyond 1,000,000 buckets is a load error of its entry (rulings, 3). */
function segmentOf(bytes: Uint8Array): Segment | "unreadable" {
  const segment = entryOf(SegmentSchema, bytes);
  if (segment === "unreadable" || segment.allocation === undefined) return segment;
  const { storedBits, form } = segment.allocation;
  const isTooLong = storedBits > 1_000_000 || (form.case === "bits" && form.value.length > 125_000);
  return isTooLong ? "unreadable" : segment;
}

function entryOf<S extends DescMessage>(schema: S, bytes: Uint8Array): MessageShape<S> | "unreadable" {
  try {
    const message = fromBinary(schema, bytes);
    return isKnown(message) ? message : "unreadable";
  } catch {
    return "unreadable";
  }
}

const ENUMS: Readonly<Record<string, object>> = { state: FlagState, scalar: ScalarKind };

/** Whether a message has neither an unknown field nor an unknown enum value, at any level (rulings 9; P-09). */
function isKnown(message: unknown): boolean {
  if (typeof message !== "object" || message === null || message instanceof Uint8Array) return true;
  if (Array.isArray(message)) return message.every(isKnown);
  if ("$unknown" in message && message.$unknown !== undefined) return false;
  if ("$typeName" in message) {
    if (message.$typeName === "aplomb.v1.Flag" && !isOneOf(ENUMS.state, (message as Flag).state)) return false;
    if (message.$typeName === "aplomb.v1.HashedSetRule" && "kind" in message) return isOneOf(LiteralKind, message.kind);
  }
  if ("case" in message && message.case === "scalar" && "value" in message) return isOneOf(ENUMS.scalar, message.value);
  return Object.values(message).every(isKnown);
}

function isOneOf(values: object | undefined, value: unknown): boolean {
  return Object.values(values ?? {}).includes(value);
}
