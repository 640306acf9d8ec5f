/** P-03 in Node: what is nested too deep is an error with a code, never one of the engine. @module */
import { bundleBytes, fullRollout, NESTINGS } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { readFlag, readSegment } from "../bundle/read-entry.js";
import { readEnvelope } from "../bundle/read-envelope.js";
import { readPublishResponse } from "../bundle/read-publish-response.js";
import { readManifest, readRoot } from "../bundle/read-trust.js";
import { isFlagError } from "../errors.js";
import { evaluateAll, openBundle, PAGE_LIMITS, SERVICE_LIMITS, selfTest } from "../index.js";

const codeOf = (read: () => unknown): string => {
  try {
    read();
    return "ok";
  } catch (error) {
    if (isFlagError(error)) return error.code;
    throw error;
  }
};
const limits = { services: SERVICE_LIMITS, pages: PAGE_LIMITS };

describe.each(NESTINGS)("P-03 $name", ({ of, bytes }) => {
  test.each([
    { depth: 31, code: "ok" },
    { depth: 127, code: "ok" },
    { depth: 128, code: "ok" },
    { depth: 129, code: "LIMIT" },
    { depth: 5_000, code: "LIMIT" },
  ])("$depth deep → $code", ({ depth, code }) => {
    const read = of === "flag" ? readFlag : readSegment;
    for (const limit of Object.values(limits)) expect(codeOf(() => read(bytes(depth), limit))).toBe(code);
  });

  test.each([128, 129, 5_000])(
    "%d deep in a bundle: the flag that reaches it answers, or is set aside; others are unharmed",
    (depth) => {
      const variants = [{ name: "on", value: { value: true } }];
      const entry = bytes(depth);
      const set = openBundle(
        bundleBytes({
          segments: { everyone: {}, ...(of === "segment" ? { deep: entry } : { deep: {} }) },
          flags: {
            sound: { variants, rules: [fullRollout("r", "everyone", "on")] },
            deep: of === "flag" ? entry : { variants, rules: [fullRollout("r", "deep", "on")] },
          },
        }),
      );
      for (const _ of selfTest(set));
      const answers = evaluateAll(set, { targetingKey: "u" });
      expect(answers.get("sound")).toMatchObject({ reason: "STATIC", value: { value: true } });
      const isReadable = answers.get("deep")?.errorCode !== "PARSE_ERROR";
      expect(isReadable).toBe(depth <= 128);
      expect(set.diagnostics.some(({ severity }) => severity === "quarantined")).toBe(!isReadable);
    },
  );
});

describe("P-03 bytes that are something else", () => {
  const { bytes } = NESTINGS[0] ?? expect.unreachable();
  test.each([
    ["an envelope", readEnvelope],
    ["a root", readRoot],
    ["a manifest", readManifest],
    ["a publish response", readPublishResponse],
    ["a bundle's frame", openBundle],
  ])("%s made of 5,000 messages in one another is passed over, or an error with a code", (_name, read) => {
    expect(codeOf(() => read(bytes(5_000)))).toMatch(/^(ok|MALFORMED|LIMIT|READER|ROOT)$/);
  });
});
