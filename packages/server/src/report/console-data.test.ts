/** Counts against splits: which words they earn. @module */
import { describe, expect, test } from "vitest";
import type { ExposureTotal } from "../exposure-store.js";
import { ruleCounts } from "./console-data.js";
import { type FlagView, splitKey } from "./follow-flags.js";

const day = "2026-11-22";
const noon = Date.UTC(2026, 10, 22, 12);

/** A view of one rule with halves, whose split started at a version. */
function viewOf({ sinceVersion = 0, changedAtMs = 0, outcomes = [0.5, 0.5] } = {}): FlagView {
  const split = {
    outcomes: outcomes.map((share, index) => ({ variant: "ab"[index] ?? "", share })),
    ...{ coverage: 1, fingerprint: "x" },
  };
  const rule = {
    name: "r",
    description: "",
    segment: "s",
    targeting: undefined,
    unitSelector: "",
    enabled: true,
    split,
  };
  return {
    manifest: {
      ...{ audience: "web.test", ring: 0, bytes: new Uint8Array(), etag: '""', epoch: 1, version: 9, sha256: "" },
      ...{ sizeBytes: 0, issuedAtMs: 0, freshUntilMs: 0 },
    },
    flags: [{ key: "f", state: "active", description: "", owner: "", expiresOn: "", variants: [], rules: [rule] }],
    splitStarts: new Map([[splitKey("f", "r"), { flag: "f", rule: "r", fingerprint: "x", sinceVersion, changedAtMs }]]),
  };
}

const total = (variant: string, exposures: number, bundleVersion = 9, rule = "r"): ExposureTotal => ({
  ...{ flag: "f", rule, variant, bundleVersion, exposures, reports: exposures },
});

describe("ruleCounts", () => {
  test.each([
    { name: "as split", totals: [total("a", 500), total("b", 500)], view: viewOf(), health: "healthy" },
    { name: "far off", totals: [total("a", 400), total("b", 600)], view: viewOf(), health: "mismatch" },
    { name: "one variant never comes", totals: [total("a", 100)], view: viewOf(), health: "mismatch" },
    { name: "too few", totals: [total("a", 4), total("b", 5)], view: viewOf(), health: "collecting" },
    { name: "few, and all of one kind", totals: [total("a", 9)], view: viewOf(), health: "collecting" },
    { name: "one outcome", totals: [total("a", 100)], view: viewOf({ outcomes: [1] }), health: "single" },
    { name: "no such rule", totals: [total("a", 100, 9, "old")], view: viewOf(), health: "past" },
    { name: "nothing published", totals: [total("a", 100)], view: undefined, health: "past" },
    {
      name: "changed today, with exposures from before",
      totals: [total("a", 900, 8), total("a", 500), total("b", 500)],
      view: viewOf({ sinceVersion: 9, changedAtMs: noon }),
      health: "settling",
    },
    {
      name: "changed today, before the first exposure",
      totals: [total("a", 500), total("b", 500)],
      view: viewOf({ sinceVersion: 9, changedAtMs: noon }),
      health: "healthy",
    },
    {
      name: "changed yesterday, with stragglers of the version before",
      totals: [total("a", 900, 8), total("a", 500), total("b", 500)],
      view: viewOf({ sinceVersion: 9, changedAtMs: noon - 86_400_000 }),
      health: "healthy",
    },
  ])("$name: $health", ({ totals, view, health }) => {
    expect(ruleCounts(totals, view, day)).toMatchObject([{ health }]);
  });

  test("an outcome that the split does not have is shown, and left out of the test", () => {
    const [counts] = ruleCounts([total("a", 500), total("b", 500), total("z", 300)], viewOf(), day);
    expect(counts?.outcomes).toEqual([
      { variant: "a", exposures: 500, share: 0.5, interval: expect.anything() },
      { variant: "b", exposures: 500, share: 0.5, interval: expect.anything() },
      { variant: "z", exposures: 300, share: 0 },
    ]);
    expect(counts?.pValue).toBe(1);
  });
});
