/** P-09: of a hundred flags, one says something that this reader does not know: it is set aside, and the others answer as if it were not there. @module */
import { FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import {
  bundleBytes,
  createSeededRandom,
  equalTo,
  type FlagInit,
  fullRollout,
  type SegmentInit,
  segmentOf,
  split,
} from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { evaluateAll, openBundle, selfTest } from "../index.js";

const variants = [
  { name: "on", value: { on: true } },
  { name: "off", value: { on: false } },
];
const segments: Record<string, SegmentInit> = { everyone: {}, swedes: segmentOf(equalTo("country", "SE")) };
const random = createSeededRandom(9);
const flagAt = (at: number): FlagInit => {
  const rules = [
    fullRollout("targeted", "swedes", "on"),
    split(`split-${at}`, "everyone", { on: Math.floor(random.next() * 100), off: 1 }),
    fullRollout("rest", "everyone", "off"),
  ];
  return { variants, rules: rules.slice(at % 3) };
};
const flags = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, flagAt(at)]));
const contexts = Array.from({ length: 20 }, (_, at) => ({
  ...{ targetingKey: `user-${at}`, country: at % 2 === 0 ? "SE" : "FI", n: at },
}));

const flag = (init: FlagInit = flags.f50 ?? {}): Uint8Array => toBinary(FlagSchema, create(FlagSchema, init));
const segment = (init: SegmentInit): Uint8Array => toBinary(SegmentSchema, create(SegmentSchema, init));
const joined = (...parts: (Uint8Array | number[])[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
/** A field of bytes, with a number below 16. */
const field = (number: number, content: Uint8Array | number[]): number[] => {
  if (content.length > 127) throw new Error("too long for one byte");
  return [number * 8 + 2, content.length, ...content];
};
/** Segment.targeting with Targeting.criteria: one criterion of these bytes, and an expression that asks for it. */
const targeting = (criterion: number[]): Uint8Array => joined(field(1, [...field(1, criterion), ...field(2, [8, 0])]));
/** AttributeCriterion of the attribute n, with a rule. */
const onN = (rule: number[]): number[] => field(1, [...field(1, [0x6e]), ...rule]);
const served = (id: string): FlagInit => ({ variants, rules: [fullRollout("r", id, "on")] });

/** What 1 of 100 flags says; with a segment of its own where that is where it says it. */
const news: Readonly<Record<string, { readonly flag: Uint8Array | FlagInit; readonly segment?: Uint8Array }>> = {
  "an unknown field of bytes": { flag: joined(flag(), [0xfa, 0x07, 0x00]) },
  "an unknown number": { flag: joined(flag(), [0xf8, 0x07, 0x01]) },
  "an unknown field in a variant": { flag: joined(flag(), field(2, [...field(1, [0x78]), ...field(9, [])])) },
  "an unknown field in a rule": { flag: joined(flag(), field(3, field(15, [1]))) },
  "an unknown outcome of an assignment": { flag: joined(flag(), field(3, field(6, field(2, field(9, []))))) },
  "an unknown state": { flag: joined(flag(), [0x20, 0x4d]) },
  "an unknown operator": { flag: served("news"), segment: targeting(onN(field(11, [1, 2]))) },
  "an unknown kind of hashed literals": {
    flag: { variants, rules: [fullRollout("r", "news", "on"), fullRollout("rest", "everyone", "off")] },
    segment: targeting(
      onN(field(10, [...field(1, [1]), 0x10, 0x08, ...field(3, [1, 2, 3, 4, 5, 6, 7, 8]), 0x20, 0x4d])),
    ),
  },
  "an unknown kind of scalar in its schema": {
    flag: joined(flag(), field(1, field(1, [...field(1, [0x78]), ...field(2, [0x18, 0x4d])]))),
  },
  "an unknown operator of elements": {
    flag: served("news"),
    segment: targeting(onN(field(5, field(1, field(8, [1]))))),
  },
  "an unknown kind of literal": { flag: served("news"), segment: targeting(onN(field(2, field(1, field(7, [1]))))) },
  "an unknown kind of criterion": { flag: served("news"), segment: targeting(field(9, [1])) },
  "an unknown combination of conditions": {
    flag: served("news"),
    segment: joined(field(1, [...field(1, field(2, [0x78])), ...field(2, field(9, []))])),
  },
  "an unknown form of allocation": { flag: served("news"), segment: joined(field(2, field(5, [1]))) },
  "an unknown field of a segment": { flag: served("news"), segment: joined(segment({}), field(9, [])) },
};

describe("P-09 one of a hundred flags has", () => {
  test.each(Object.entries(news))(
    "%s: 99 answers are the same, one is the default",
    (_name, { flag: entry, segment: own }) => {
      const before = openBundle(bundleBytes({ segments, flags }));
      const bytes = bundleBytes({
        segments: { ...segments, ...(own ? { news: own } : {}) },
        flags: { ...flags, f50: entry },
      });
      const after = openBundle(bytes);
      for (const _ of selfTest(after));
      expect(after.diagnostics).toMatchObject([{ entry: own ? "news" : "f50", severity: "quarantined" }]);
      for (const context of contexts) {
        const [was, is] = [evaluateAll(before, context), evaluateAll(after, context)];
        expect(is.get("f50")).toMatchObject({ value: {}, reason: "ERROR", errorCode: "PARSE_ERROR" });
        was.delete("f50");
        is.delete("f50");
        expect(is.size).toBe(99);
        expect([...is]).toEqual([...was]);
      }
    },
  );
});
