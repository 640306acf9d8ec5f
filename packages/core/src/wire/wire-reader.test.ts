/** The wire reader against the generated code, and against hostile bytes. @module */

import { FlagSchema, SegmentSchema, ValueSchema } from "@aplomb/proto/bundle";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFlag, readSegment } from "../bundle/read-entry.js";
import { isFlagError } from "../errors.js";
import { SERVICE_LIMITS } from "../limits.js";
import { openBundle } from "../open-bundle.js";
import { readStruct } from "./read-struct.js";
import { WireReader } from "./wire-reader.js";

const DEEP = process.env.APLOMB_DEEP === "1";
const RUNS = DEEP ? 200_000 : 2_000;

function reader(bytes: Uint8Array): WireReader {
  return new WireReader(bytes, { records: 10_000, depth: 100, textBytes: 65_536 });
}

describe("numbers, as generated code writes them", () => {
  test("int64 seconds that JavaScript holds", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer(), (seconds, nanos) => {
        const value = { case: "timestamp" as const, value: { seconds: BigInt(seconds), nanos } };
        const eq = { case: "eq" as const, value: { value: { kind: value } } };
        const criteria = [{ kind: { case: "attribute" as const, value: { path: "x", rule: eq } } }];
        const bytes = toBinary(SegmentSchema, create(SegmentSchema, { targeting: { criteria } }));
        const [criterion] = readSegment(bytes, SERVICE_LIMITS).targeting?.criteria ?? [];
        const rule = { case: "eq", value: { value: { kind: "moment", seconds, nanos } } };
        expect(criterion).toEqual({ kind: { case: "attribute", value: { path: "x", rule } } });
      }),
    );
  });

  test("bucket ranges", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (lower, upper) => {
        const split = { bucketCount: 1, assignments: [{ id: "x", ranges: [{ lower, upper }] }] };
        const flag = readFlag(toBinary(FlagSchema, create(FlagSchema, { rules: [{ split }] })), SERVICE_LIMITS);
        expect(flag.rules[0]?.split?.assignments[0]?.ranges).toEqual([{ lower, upper }]);
      }),
    );
  });

  test("doubles", () => {
    fc.assert(
      fc.property(fc.double(), (number) => {
        const read = reader(toBinary(ValueSchema, create(ValueSchema, { kind: { case: "number", value: number } })));
        read.next();
        expect(read.double()).toBe(number);
      }),
    );
  });
});

describe("objects", () => {
  test("read as the JSON they were made of", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "grapheme" }), fc.jsonValue({ stringUnit: "grapheme" })), (json) => {
        const object = JSON.parse(JSON.stringify(json)) as Record<string, never>;
        const bytes = toBinary(StructSchema, create(StructSchema, fromJsonObject(object)));
        expect(readStruct(reader(bytes))).toEqual(object);
      }),
      { numRuns: RUNS / 10 },
    );
  });

  test("P-11 a key named __proto__ is a key", () => {
    const bytes = toBinary(
      StructSchema,
      create(StructSchema, { fields: { ["__proto__"]: { kind: { case: "boolValue", value: true } } } }),
    );
    const object = readStruct(reader(bytes));
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.getOwnPropertyDescriptor(object, "__proto__")?.value).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

/** A Struct's message of plain JSON, by hand: the library's own conversion wants its JSON type. */
function fromJsonObject(object: Record<string, unknown>): Parameters<typeof create<typeof StructSchema>>[1] {
  return { fields: Object.fromEntries(Object.entries(object).map(([key, value]) => [key, fromJson(value)])) };
}

type ValueMessage = NonNullable<NonNullable<ReturnType<typeof fromJsonObject>>["fields"]>[string];

function fromJson(value: unknown): ValueMessage {
  if (value === null) return { kind: { case: "nullValue", value: 0 } };
  if (typeof value === "number") return { kind: { case: "numberValue", value } };
  if (typeof value === "string") return { kind: { case: "stringValue", value } };
  if (typeof value === "boolean") return { kind: { case: "boolValue", value } };
  if (Array.isArray(value)) return { kind: { case: "listValue", value: { values: value.map(fromJson) as never } } };
  return { kind: { case: "structValue", value: fromJsonObject(value as Record<string, unknown>) as never } };
}

describe("hostile bytes", () => {
  const onlyFlagErrors = (read: () => unknown): void => {
    try {
      read();
    } catch (error) {
      if (!isFlagError(error)) throw error;
    }
  };

  test("P-06 any bytes are read or refused, never anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        onlyFlagErrors(() => readFlag(bytes, SERVICE_LIMITS));
        onlyFlagErrors(() => readSegment(bytes, SERVICE_LIMITS));
        onlyFlagErrors(() => openBundle(bytes));
      }),
      { numRuns: RUNS },
    );
  });

  test("P-06 what is read, the generated code reads too", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          readFlag(bytes, SERVICE_LIMITS);
        } catch {
          return;
        }
        expect(() => fromBinary(FlagSchema, bytes)).not.toThrow();
      }),
      { numRuns: RUNS },
    );
  });
});
