/** Bundles whose bytes were damaged: anywhere, or inside the entries of a sound frame. @module */
import { BundleSchema } from "@aplomb/proto/bundle";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { bundles } from "./bundles.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes of a bundle after a few edits; seldom a bundle any more. */
export function damagedBundles(): fc.Arbitrary<Bytes> {
  return fc.tuple(bundles(), damages()).map(([bytes, damage]) => damage(bytes));
}

/** The bytes of a bundle whose frame is sound, and of whose entries about half were damaged. */
export function bundlesWithDamagedEntries(): fc.Arbitrary<Bytes> {
  const perEntry = fc.array(fc.option(damages(), { freq: 1 }), { minLength: 16, maxLength: 16 });
  return fc.tuple(bundles(), perEntry).map(([bytes, perPlace]) => {
    let place = 0;
    const damaged = (entry: Uint8Array): Uint8Array => perPlace[place++]?.(Uint8Array.from(entry)) ?? entry;
    const { flags, segments, bloomFilters, ...frame } = fromBinary(BundleSchema, bytes);
    return toBinary(BundleSchema, {
      ...frame,
      flags: flags.map((entry) => ({ ...entry, flag: damaged(entry.flag) })),
      segments: segments.map((entry) => ({ ...entry, segment: damaged(entry.segment) })),
      bloomFilters: bloomFilters.map((entry) => ({ ...entry, filter: damaged(entry.filter) })),
    });
  });
}

/** What happens to bytes: one to four edits, each at a place that is a share of their length. */
function damages(): fc.Arbitrary<(bytes: Bytes) => Bytes> {
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const edit = fc.oneof(
    fc.tuple(at, fc.integer({ min: 0, max: 7 })).map(([share, bit]) => flipped(share, bit)),
    fc.tuple(at, fc.uint8Array({ maxLength: 3 })).map(([share, more]) => overwritten(share, more)),
    fc.tuple(at, at).map(([share, other]) => copied(share, other)),
    at.map((share) => (bytes: Bytes) => bytes.slice(0, placeIn(bytes, share))),
  );
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) => (bytes) => edits.reduce((now, next) => next(now), bytes));
}

function placeIn(bytes: Bytes, share: number): number {
  return Math.floor(share * bytes.length);
}

function flipped(share: number, bit: number): (bytes: Bytes) => Bytes {
  return (bytes) => bytes.map((byte, at) => (at === placeIn(bytes, share) ? byte ^ (1 << bit) : byte));
}

function overwritten(share: number, more: Bytes): (bytes: Bytes) => Bytes {
  return (bytes) => {
    const at = placeIn(bytes, share);
    return Uint8Array.from([...bytes.subarray(0, at), ...more, ...bytes.subarray(at + more.length)]);
  };
}

/** A stretch of up to 40 bytes put in elsewhere: whole fields, with luck. */
function copied(from: number, to: number): (bytes: Bytes) => Bytes {
  return (bytes) => {
    const [start, at] = [placeIn(bytes, from), placeIn(bytes, to)];
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(start, start + 40), ...bytes.subarray(at)]);
  };
}
