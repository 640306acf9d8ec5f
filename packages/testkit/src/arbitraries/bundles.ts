/** Whole bundles: flags, segments and filters that meet, some entries twice and some that cannot be read. @module */
import { BloomFilterSchema, BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { anyOf, mostly } from "./draw.js";
import { flags } from "./flags.js";
import { FLAGS, MATERIALIZATIONS, SEGMENTS } from "./pools.js";
import { segments } from "./segments.js";

/** The bytes of a bundle in which references meet, mostly. */
export function bundles(): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  return fc
    .record({
      allocationSalt: anyOf(["MegaSalt-acct", ""]),
      flags: atLeastOnce(FlagSchema, flags(), FLAGS.slice(0, 2), FLAGS),
      segments: atLeastOnce(SegmentSchema, segments(), SEGMENTS.slice(0, 3), SEGMENTS),
      bloomFilters: mostly<{ key: string; bytes: Uint8Array<ArrayBuffer> }[]>(
        [3, fc.constant([])],
        [1, fc.array(entries(BloomFilterSchema, bloomFilters(), MATERIALIZATIONS), { maxLength: 2 })],
      ),
    })
    .map((drawn) =>
      toBinary(
        BundleSchema,
        create(BundleSchema, {
          schema: 1,
          allocationSalt: drawn.allocationSalt,
          flags: drawn.flags.map(({ key, bytes }) => ({ key, flag: bytes })),
          segments: drawn.segments.map(({ key, bytes }) => ({ id: key, segment: bytes })),
          bloomFilters: drawn.bloomFilters.map(({ key, bytes }) => ({ materializedSegment: key, filter: bytes })),
        }),
      ),
    );
}

/** One entry for each of some keys, and up to two more for any key. */
function atLeastOnce<S extends DescMessage>(
  schema: S,
  inits: fc.Arbitrary<MessageInitShape<S>>,
  always: readonly string[],
  keys: readonly string[],
): fc.Arbitrary<{ key: string; bytes: Uint8Array<ArrayBuffer> }[]> {
  const certain = always.map((key) => entries(schema, inits, [key]));
  const more = fc.array(entries(schema, inits, keys), { maxLength: 2 });
  return fc.tuple(fc.tuple(...certain), more).map(([first, others]) => [...first, ...others]);
}

function bloomFilters(): fc.Arbitrary<MessageInitShape<typeof BloomFilterSchema>> {
  return fc.record({
    data: fc.uint8Array({ maxLength: 18 }).map((bytes) => Uint8Array.from(bytes, (byte) => byte | 0x77)),
    hashFunctionCount: fc.integer({ min: 0, max: 4 }),
    bitCount: mostly([8, fc.bigInt({ min: 1n, max: 150n })], [1, anyOf([0n, -1n])]),
  });
}

/** An entry's key and bytes; rarely with a field of a newer schema behind them. */
function entries<S extends DescMessage>(
  schema: S,
  inits: fc.Arbitrary<MessageInitShape<S>>,
  keys: readonly string[],
): fc.Arbitrary<{ key: string; bytes: Uint8Array<ArrayBuffer> }> {
  const isFilter = schema.typeName === BloomFilterSchema.typeName;
  const newer = anyOf([Buffer.of(0xfa, 0x07, 0x00)]);
  const tail = isFilter ? anyOf([Buffer.alloc(0)]) : mostly([60, anyOf([Buffer.alloc(0)])], [1, newer]);
  return fc.tuple(anyOf(keys), inits, tail).map(([key, init, after]) => ({
    key,
    bytes: Uint8Array.from(Buffer.concat([toBinary(schema, create(schema, init)), after])),
  }));
}
