/** Damage: bytes that are no bundle are refused as such, and a damaged entry harms only what reaches it. @module */
import { readdirSync, readFileSync } from "node:fs";
import { FlagSchema, SegmentSchema } from "@aplomb/proto/bundle";
import {
  type BundleDescription,
  bundleBytes,
  equalTo,
  fullRollout,
  QUESTIONS,
  type RuleInit,
  type SegmentInit,
  segmentOf,
  split,
} from "@aplomb/testkit";
import { bundles, bundlesWithDamagedEntries, contexts, damagedBundles, wildBundles } from "@aplomb/testkit/arbitraries";
import { CONFORMANCE } from "@aplomb/testkit/conformance";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type EvaluationContext, evaluateAll, type FlagSet, isFlagError, openBundle, resolve } from "../index.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const numRuns = isDeep ? 10_000 : 100;
const golden = readdirSync(new URL("bundles/", CONFORMANCE)).filter((file) => file.startsWith("random-"));
const patient = { timeout: 1_800_000 };

/** The flag set of any bytes; undefined where they are refused with a FlagError. */
function opened(bytes: Uint8Array): FlagSet | undefined {
  try {
    return openBundle(bytes);
  } catch (error) {
    if (isFlagError(error)) return undefined;
    throw error;
  }
}

/** What is wrong with the answers of bytes that may be a bundle. */
function problemsOf(bytes: Uint8Array, context: EvaluationContext): string[] {
  const set = opened(bytes);
  if (set === undefined) return [];
  return Object.values(QUESTIONS).flatMap((ask) => ask(set, () => context, { materializations: "deferred" }));
}

describe("refused with a FlagError, or answering as any bundle:", () => {
  test.each([
    { name: "damaged bundles", bytes: damagedBundles() },
    { name: "bundles with anything in them", bytes: wildBundles() },
    { name: "bundles with damaged entries", bytes: bundlesWithDamagedEntries() },
    {
      name: "beginnings of bundles",
      bytes: fc
        .tuple(bundles(), fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([bytes, share]) => bytes.slice(0, share * bytes.length)),
    },
    {
      name: "any bytes behind a schema",
      bytes: fc.uint8Array({ maxLength: 60 }).map((bytes) => Uint8Array.of(8, 1, ...bytes)),
    },
  ])("$name", patient, ({ bytes }) => {
    const law = fc.property(bytes, contexts(), (some, context) => {
      expect(problemsOf(some, context)).toEqual([]);
    });
    fc.assert(law, { numRuns });
  });

  test.each(golden.slice(0, isDeep ? golden.length : 4))("every beginning of the golden bundle %s", patient, (file) => {
    const bytes = readFileSync(new URL(`bundles/${file}`, CONFORMANCE));
    for (let size = 0; size < bytes.length; size++) {
      const set = opened(bytes.subarray(0, size));
      expect(() => set && evaluateAll(set, { targetingKey: "u1", s: "a", n: 1 })).not.toThrow();
    }
  });
});

test("a bad entry is named by a diagnostic, and whoever reaches it answers PARSE_ERROR", patient, () => {
  const law = fc.property(bundlesWithDamagedEntries(), contexts(), (bytes, context) => {
    const set = openBundle(bytes);
    for (const flag of set.flagKeys) {
      const { errorCode, errorMessage } = resolve(set, flag, context);
      const bad = set.diagnostics.filter(({ severity }) => severity === "quarantined").map(({ entry }) => entry);
      const reached = bad.filter((entry) => entry === flag || errorMessage?.includes(`"${entry}"`));
      const isParseError = errorCode === "PARSE_ERROR";
      expect({ flag, isParseError }).toEqual({ flag, isParseError: reached.length > 0 });
    }
  });
  fc.assert(law, { numRuns });
});

describe("of a bundle with one entry cut short, the others answer as before:", () => {
  const variants = [
    { name: "on", value: { on: true } },
    { name: "off", value: { on: false } },
  ];
  const flag = (...rules: RuleInit[]): Uint8Array => toBinary(FlagSchema, create(FlagSchema, { variants, rules }));
  const segment = (init: SegmentInit): Uint8Array => toBinary(SegmentSchema, create(SegmentSchema, init));
  const flags: Record<string, Uint8Array> = {
    rolled: flag(fullRollout("r", "everyone", "on")),
    split: flag(split("s", "everyone", { on: 50, off: 50 })),
    targeted: flag(fullRollout("t", "swedes", "on"), fullRollout("r", "everyone", "off")),
  };
  const segments: Record<string, Uint8Array> = {
    everyone: segment({}),
    swedes: segment(segmentOf(equalTo("country", "SE"))),
  };
  const answers = (description: BundleDescription, but: string): object[] => {
    const all = evaluateAll(openBundle(bundleBytes(description)), { targetingKey: "user-1", country: "SE" });
    return [...all].filter(([key]) => key !== but);
  };

  test.each([
    { entry: "rolled", from: flags, reachedBy: "rolled" },
    { entry: "split", from: flags, reachedBy: "split" },
    { entry: "swedes", from: segments, reachedBy: "targeted" },
  ])("$entry", ({ entry, from, reachedBy }) => {
    const before = answers({ flags, segments }, reachedBy);
    const whole = from[entry] ?? new Uint8Array();
    for (let size = 0; size < whole.length; size++) {
      const cut = { [entry]: whole.subarray(0, size) };
      const isFlag = from === flags;
      const description = isFlag
        ? { flags: { ...flags, ...cut }, segments }
        : { flags, segments: { ...segments, ...cut } };
      expect(answers(description, reachedBy)).toEqual(before);
    }
  });
});
