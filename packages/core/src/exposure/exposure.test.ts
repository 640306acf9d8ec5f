/** Exposures: their ids, their bytes, and the window that admits each once. @module */
import { createHash } from "node:crypto";
import { type ExposureBatch as BatchMessage, ExposureBatchSchema } from "@aplomb/proto/exposure";
import { PublishExposuresRequestSchema } from "@aplomb/proto/resolve-service";
import { bundleBytes, fullRollout, split } from "@aplomb/testkit";
import { fromBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Resolution } from "../details.js";
import { evaluate } from "../evaluate/evaluate.js";
import { resolve } from "../evaluate/resolve.js";
import { bytesToHex } from "../hex.js";
import { openBundle } from "../open-bundle.js";
import { type ExposureIdentity, exposureIdOf } from "./exposure-id.js";
import { exposureOf, windowDayOf } from "./exposure-of.js";
import { createExposureWindow } from "./exposure-window.js";
import { type ExposureBatch, writeExposureBatch, writePublishRequest } from "./write-batch.js";

const flagSet = openBundle(
  bundleBytes({
    segments: { everyone: {} },
    flags: {
      checkout: {
        variants: [{ name: "a", value: { value: true } }],
        rules: [
          fullRollout("passed", "everyone", "(fallthrough)"),
          split("cut", "everyone", { a: 100 }, { bucketCount: 101 }),
        ],
      },
      nothing: {},
    },
  }),
  { bundleVersion: 3 },
);
const atMs = Date.parse("2026-03-01T23:59:59.999Z");

/** The id by Node's own SHA-256 and DataView-free arithmetic. */
function idByHand(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) {
    const head = Buffer.alloc(4);
    head.writeUInt32LE(Buffer.byteLength(text));
    hash.update(head).update(text, "utf8");
  }
  return hash.digest("hex").slice(0, 32);
}

describe("exposureOf", () => {
  test("carries what the analysis needs, and an id made of it", () => {
    const details = evaluate(flagSet, "checkout", false, { targetingKey: "user-1" });
    const exposure = exposureOf(details, { audience: "web.test", atMs });
    expect(exposure).toMatchObject({
      ...{ flag: "checkout", variant: "a", rule: "cut", assignmentId: "cut/a", unitSelector: "", unit: "user-1" },
      ...{ bundleVersion: 3, exposedAtMs: atMs, windowDay: "2026-03-01" },
      fallthroughs: [{ rule: "passed", assignmentId: "passed/all", unit: "user-1", unitSelector: "" }],
    });
    const texts = [
      "web.test",
      "checkout",
      "a",
      "cut",
      "cut/a",
      "",
      "user-1",
      "passed",
      "passed/all",
      "user-1",
      "",
      "2026-03-01",
    ];
    expect(bytesToHex(exposure?.exposureId ?? new Uint8Array())).toBe(idByHand(texts));
  });

  test.each(["nothing", "absent"])("%s to expose → undefined", (key) => {
    expect(exposureOf(evaluate(flagSet, key, false, {}), { audience: "web.test", atMs })).toBeUndefined();
  });

  test("a wrong type is no exposure", () => {
    const details = evaluate(flagSet, "checkout", "text", { targetingKey: "user-1" });
    expect(exposureOf(details, { audience: "web.test", atMs })).toBeUndefined();
  });

  test.each([
    [0, "1970-01-01"],
    [-1, "1970-01-01"],
    [Number.NaN, "1970-01-01"],
    [1e300, "9999-12-31"],
    [atMs + 1, "2026-03-02"],
  ])("the day of %d is %s", (ms, day) => expect(windowDayOf(ms)).toBe(day));
});

const identity: fc.Arbitrary<ExposureIdentity> = fc.record({
  flag: fc.string(),
  variant: fc.string(),
  rule: fc.string(),
  assignmentId: fc.string(),
  unitSelector: fc.string(),
  unit: fc.string(),
  fallthroughs: fc.array(
    fc.record({ rule: fc.string(), assignmentId: fc.string(), unit: fc.string(), unitSelector: fc.string() }),
    { maxLength: 2 },
  ),
  windowDay: fc.constant("2026-03-01"),
});

test("exposure identity: two exposures share an id, and a place in the window, exactly when every field is equal", () => {
  fc.assert(
    fc.property(identity, identity, (a, b) => {
      const same = JSON.stringify(a) === JSON.stringify(b);
      expect(bytesToHex(exposureIdOf(a, "x")) === bytesToHex(exposureIdOf(b, "x"))).toBe(same);
      const window = createExposureWindow(10, 1_000);
      expect([window.admit(resolutionOf(a), 0), window.admit(resolutionOf(b), 0)]).toEqual([true, !same]);
      expect(bytesToHex(exposureIdOf(a, "x"))).not.toBe(bytesToHex(exposureIdOf(a, "y")));
    }),
  );
});

function resolutionOf(exposure: ExposureIdentity): Resolution {
  return { ...resolve(flagSet, "nothing", {}), ...exposure, flagKey: exposure.flag };
}

describe("writeExposureBatch", () => {
  const batch: ExposureBatch = {
    ...{
      batchId: new Uint8Array(16).fill(1),
      instanceId: new Uint8Array(16).fill(2),
      sequenceFirst: 1,
      sequenceLast: 2,
    },
    ...{
      createdAtMs: atMs + 0.5,
      sdk: "aplomb-test/0",
      audience: "web.test",
      losses: new Map([["queue_full", 2 ** 40]]),
    },
    bundleStatus: {
      ...{ epoch: 1, version: 3, sha256: new Uint8Array(32).fill(9), ageMs: 12.7, rejectedVersion: 4 },
      ...{ rejectedCode: "SIGNATURE", quarantinedFlags: ["a", "b"] },
    },
    exposures: [
      exposureOf(evaluate(flagSet, "checkout", false, { targetingKey: "åäö" }), { audience: "web.test", atMs }),
    ].flatMap((e) => (e ? [e] : [])),
    trackEvents: [
      {
        eventId: new Uint8Array(16),
        name: "purchase",
        unit: "u",
        value: 0,
        properties: { a: [1, null, { b: "" }], c: false },
        trackedAtMs: -5,
      },
    ],
  };
  const message: BatchMessage = fromBinary(ExposureBatchSchema, writeExposureBatch(batch));

  test("is what the generated code reads", () => {
    expect(message).toMatchObject({
      ...{
        batchId: batch.batchId,
        sequenceFirst: 1n,
        sequenceLast: 2n,
        createdAtMs: BigInt(atMs),
        sdk: "aplomb-test/0",
      },
      bundleStatus: {
        epoch: 1n,
        version: 3n,
        ageMs: 12n,
        rejectedVersion: 4n,
        rejectedCode: "SIGNATURE",
        quarantinedFlags: ["a", "b"],
      },
      losses: [{ reason: "queue_full", count: 2n ** 40n }],
      exposures: [
        {
          flag: "checkout",
          unit: "åäö",
          bundleVersion: 3n,
          windowDay: "2026-03-01",
          fallthroughs: [{ rule: "passed" }],
        },
      ],
      trackEvents: [
        { name: "purchase", value: 0, trackedAtMs: -5n, properties: { a: [1, null, { b: "" }], c: false } },
      ],
    });
    expect(message.$unknown).toBeUndefined();
  });

  test("travels unchanged inside a request", () => {
    const bytes = writeExposureBatch(batch);
    const request = fromBinary(PublishExposuresRequestSchema, writePublishRequest(bytes, atMs));
    expect(request).toMatchObject({ batch: bytes, sentAtMs: BigInt(atMs) });
  });
});
