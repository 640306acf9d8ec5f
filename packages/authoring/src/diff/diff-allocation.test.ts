/** What a reviewer is told of draws that change. @module */
import { BundleSchema, FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bundleOf } from "../../testdata/bundles-of.js";
import { diffBundles } from "./diff-bundles.js";

const told = (before: Uint8Array, after: Uint8Array) =>
  diffBundles(before, after).map(
    ({ subject, key, kind, name, effect, text }) => `${subject} ${key} ${kind} ${name} (${effect}) ${text}`,
  );

describe("what changes in draws", () => {
  const drawn = (rule: string, slots: string) =>
    bundleOf({
      "groups/g.yaml": `key: g\nholdout: 5\nslots: ${slots}`,
      "flags/a.yaml": `key: a\ntype: boolean\nrules: [{ name: r, when: { attribute: x, equals: 1 }, ${rule}, serve: on }]`,
    });
  test.each([
    {
      title: "another slot of the same size",
      before: drawn("slot: g/x", "{ x: 10, y: 10 }"),
      after: drawn("slot: g/y", "{ x: 10, y: 10 }"),
      lines: ["flag a changed r (answers) allocation: 10 % drawn → 10 % drawn; 10 % come, 10 % go"],
    },
    {
      title: "a slot that grows",
      before: drawn("slot: g/x", "{ x: 10, y: 10 }"),
      after: drawn("slot: g/x", "{ x: 20, y: 10 }"),
      lines: ["flag a changed r (answers) allocation: 10 % drawn → 20 % drawn; 10 % come"],
    },
    {
      title: "a rule that leaves its group",
      before: drawn("slot: g/x", "{ x: 10, y: 10 }"),
      after: drawn("enabled: true", "{ x: 10, y: 10 }"),
      lines: ["flag a changed r (answers) allocation: 10 % drawn → all drawn; 90 % come"],
    },
  ])("$title", ({ before, after, lines }) => {
    expect(told(before, after)).toEqual(lines);
  });
});

test("law: an own segment that differs is told, whatever differs in it", () => {
  const made = (segment: MessageInitShape<typeof SegmentSchema>) => {
    const flag = toBinary(FlagSchema, create(FlagSchema, { rules: [{ name: "r", segment: "a/r", enabled: true }] }));
    const bytes = toBinary(SegmentSchema, create(SegmentSchema, segment));
    return toBinary(
      BundleSchema,
      create(BundleSchema, { schema: 1, flags: [{ key: "a", flag }], segments: [{ id: "a/r", segment: bytes }] }),
    );
  };
  const bounds = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }).map((all) => {
    const sorted = all.sort((a, b) => a - b);
    return sorted.slice(0, sorted.length - (sorted.length % 2));
  });
  const segment = fc.record({ salt: fc.constantFrom("", "x"), bounds, storedBits: fc.constantFrom(8, 9) });
  const bytesOf = ({ salt, bounds: drawn, storedBits }: { salt: string; bounds: number[]; storedBits: number }) =>
    made({ allocation: { salt, storedBits, form: { case: "ranges", value: { bounds: drawn } } } });
  fc.assert(
    fc.property(segment, segment, (a, b) => {
      const isSame = JSON.stringify(a) === JSON.stringify(b);
      expect(told(bytesOf(a), bytesOf(b)).length === 0).toBe(isSame);
    }),
  );
});
