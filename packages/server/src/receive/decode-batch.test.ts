/** Bounds on what a batch may cost to decode. @module */
import { ExposureBatchSchema } from "@aplomb/proto/exposure";
import { create, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "vitest";
import { batchBytes, exposures, trackEvent } from "../../test/batches.js";
import { createFieldCounter } from "./count-fields.js";
import { decodeBatch } from "./decode-batch.js";

const empty = new Uint8Array();

/** Empty messages in one field: two bytes each on the wire, an object each in memory. */
function repeated(field: number, count: number): Uint8Array {
  const writer = new BinaryWriter();
  for (let index = 0; index < count; index++) writer.tag(field, WireType.LengthDelimited).bytes(empty);
  return writer.finish();
}

/** A value in a list in a list …, as the properties of an event. */
function nested(depth: number): Uint8Array {
  let value = empty;
  for (let level = 0; level < depth; level++) {
    const list = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(value).finish();
    value = new BinaryWriter().tag(6, WireType.LengthDelimited).bytes(list).finish();
  }
  const entry = new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(value).finish();
  const properties = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(entry).finish();
  const event = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(properties).finish();
  return new BinaryWriter().tag(11, WireType.LengthDelimited).bytes(event).finish();
}

const codeOf = (bytes: Uint8Array): string | null => {
  try {
    decodeBatch(bytes);
    return null;
  } catch (error) {
    return ConnectError.from(error).metadata.get("aplomb-code");
  }
};

describe("decodeBatch", () => {
  test.each([
    { name: "500 exposures", bytes: batchBytes({ exposures: exposures(500) }), code: null },
    {
      name: "500 events",
      bytes: batchBytes({ trackEvents: Array.from({ length: 500 }, () => trackEvent()) }),
      code: null,
    },
    { name: "8,001 exposures", bytes: Buffer.concat([batchBytes(), repeated(10, 8_001)]), code: "too_large" },
    { name: "two million empty exposures", bytes: repeated(10, 2_000_000), code: "too_large" },
    { name: "two million unknown fields", bytes: repeated(99, 2_000_000), code: "too_large" },
    { name: "lists in lists, 5 deep", bytes: Buffer.concat([batchBytes(), nested(5)]), code: null },
    { name: "lists in lists, 1,000 deep", bytes: Buffer.concat([batchBytes(), nested(1_000)]), code: "too_large" },
    {
      name: "65 losses",
      bytes: batchBytes({ losses: new Map(Array.from({ length: 65 }, (_, index) => [`r${index}`, 1])) }),
      code: "malformed",
    },
  ])("$name → $code", ({ bytes, code }) => {
    expect(codeOf(bytes)).toBe(code);
  });

  test("text that is no UTF-8 is malformed", () => {
    const bytes = new BinaryWriter()
      .tag(6, WireType.LengthDelimited)
      .bytes(new Uint8Array([0xff, 0xfe]))
      .finish();
    expect(codeOf(Buffer.concat([batchBytes(), bytes]))).toBe("malformed");
  });
});

describe("createFieldCounter", () => {
  const count = createFieldCounter(ExposureBatchSchema, { maxFields: 1_000, maxDepth: 8 });

  test.each([
    { name: "nothing", message: {}, fields: 0 },
    { name: "two texts", message: { sdk: "a", audience: "b" }, fields: 2 },
    {
      name: "messages inside count with their fields",
      message: { exposures: [{ flag: "a" }, { flag: "b", unit: "u" }] },
      fields: 5,
    },
    {
      name: "map entries count with key and value",
      message: { trackEvents: [{ properties: { a: 1, b: "x" } }] },
      fields: 10,
    },
  ])("$name: $fields fields", ({ message, fields }) => {
    expect(count(toBinary(ExposureBatchSchema, create(ExposureBatchSchema, message)))).toBe(fields);
  });

  test("bytes cut anywhere are counted or refused, never read beyond their end", () => {
    const bytes = batchBytes({ exposures: exposures(2), trackEvents: [trackEvent({ properties: { a: [1] } })] });
    for (let end = 0; end < bytes.length; end++) {
      const cut = bytes.subarray(0, end);
      let refused = false;
      try {
        count(cut);
      } catch {
        refused = true;
      }
      expect(typeof refused).toBe("boolean");
    }
    expect(() => count(bytes.subarray(0, -1))).toThrow();
  });
});
