/** Which flags a new bundle may answer differently: what refers to what changed, and a law over random bundles. @module */
import { BundleSchema } from "@aplomb/proto/bundle";
import { bundleBytes, fullRollout, type SegmentInit } from "@aplomb/testkit";
import { bundles, contexts, materializationRecords } from "@aplomb/testkit/arbitraries";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedFlags } from "./changed-flags.js";
import { resolve } from "./evaluate/resolve.js";
import { openBundle } from "./open-bundle.js";

const numRuns = process.env.APLOMB_DEEP === "1" ? 50_000 : 300;

const referringTo = (kind: object): SegmentInit =>
  ({ targeting: { criteria: [{ kind }], expression: { kind: { case: "criterion", value: 0 } } } }) as SegmentInit;

const chain = (rootVariant: string, innermost: SegmentInit = {}) =>
  openBundle(
    bundleBytes({
      flags: {
        root: { variants: [{ name: "on" }, { name: "off" }], rules: [fullRollout("r", "all", rootVariant)] },
        waiting: { variants: [{ name: "on" }], rules: [fullRollout("r", "outer", "on")] },
        inside: { variants: [{ name: "on" }], rules: [fullRollout("r", "inner", "on")] },
        other: { variants: [{ name: "on" }], rules: [fullRollout("r", "all", "on")] },
      },
      segments: {
        all: {},
        inner: innermost,
        middle: referringTo({ case: "prerequisite", value: { flag: "root", variants: ["on"] } }),
        outer: referringTo({ case: "segment", value: "middle" }),
      },
    }),
  );

describe("changedFlags", () => {
  test.each([
    { title: "nothing", before: chain("on"), after: chain("on"), expected: [] },
    { title: "a flag that others wait for", before: chain("on"), after: chain("off"), expected: ["root", "waiting"] },
    {
      title: "a segment",
      before: chain("on"),
      after: chain("on", referringTo({ case: "segment", value: "all" })),
      expected: ["inside"],
    },
    { title: "all, at first", before: undefined, after: chain("on"), expected: ["root", "waiting", "inside", "other"] },
  ])("$title", ({ before, after, expected }) => {
    expect(changedFlags(before, after)).toEqual(expected);
  });

  test("law: a flag that is not named gives every context what it gave", () => {
    const parts = ["flags", "segments", "bloomFilters"] as const;
    const someContexts = fc.array(contexts(), { minLength: 1, maxLength: 5 });
    let unchanged = 0;
    const law = fc.property(
      ...([bundles(), bundles(), fc.constantFrom(...parts), fc.nat(), someContexts, materializationRecords()] as const),
      (bytes, others, part, pick, some, materializations) => {
        const [was, other] = [fromBinary(BundleSchema, bytes), fromBinary(BundleSchema, others)];
        // One entry less, and one of another bundle instead.
        const entries = was[part] as object[];
        entries.splice(pick % (entries.length + 1), 1, ...(other[part] as object[]).slice(0, 1));
        const [before, after] = [openBundle(bytes), openBundle(toBinary(BundleSchema, was))];
        const changed = new Set(changedFlags(before, after));
        for (const key of new Set([...before.flagKeys, ...after.flagKeys])) {
          if (changed.has(key)) continue;
          for (const context of some) {
            unchanged++;
            expect(resolve(after, key, context, { materializations })).toEqual(
              resolve(before, key, context, { materializations }),
            );
          }
        }
      },
    );
    fc.assert(law, { numRuns });
    expect(unchanged).toBeGreaterThan(numRuns);
  });
});
