/** What clients are said to be. @module */
import { describe, expect, test } from "vitest";
import type { InstanceReport } from "../exposure-store.js";
import type { PublishedManifest } from "../publication.js";
import { clientHealth } from "./client-health.js";

const nowMs = 1_000_000_000;
const manifest: PublishedManifest = {
  ...{
    audience: "web.test",
    ring: 0,
    bytes: new Uint8Array(),
    etag: '""',
    epoch: 1,
    version: 7,
    sha256: "",
    sizeBytes: 0,
  },
  ...{ issuedAtMs: nowMs - 1_000, freshUntilMs: nowMs + 3_599_000 },
};
const report = (fields: Partial<InstanceReport> = {}): InstanceReport => ({
  ...{ instanceId: "0123456789abcdef0123456789abcdef", sdk: "x/1", lastHeardAtMs: nowMs - 5_000, version: 7 },
  ...{
    sha256: "",
    ageMs: 1_000,
    rejectedVersion: 0,
    rejectedCode: "",
    quarantinedFlags: [],
    lost: 0,
    missingRecords: 0,
  },
  ...fields,
});

describe("clientHealth", () => {
  test.each<{ fields: Partial<InstanceReport>; condition: string; published?: undefined }>([
    { fields: {}, condition: "fine" },
    { fields: { rejectedVersion: 8, rejectedCode: "SIGNATURE" }, condition: "refusing" },
    { fields: { quarantinedFlags: ["f"] }, condition: "refusing" },
    { fields: { ageMs: 3_600_000 }, condition: "stale" },
    { fields: { version: 6 }, condition: "behind" },
    { fields: { version: 0, ageMs: 0 }, condition: "behind" },
    { fields: { lost: 1 }, condition: "losing" },
    { fields: { missingRecords: 1 }, condition: "losing" },
  ])("$fields: $condition", ({ fields, condition }) => {
    expect(clientHealth([report(fields)], manifest, nowMs)).toMatchObject([
      { condition, id: "01234567", heardAgoMs: 5_000, confirmedAgoMs: (fields.ageMs ?? 1_000) + 5_000 },
    ]);
  });

  test("where nothing is published nobody is behind", () => {
    expect(clientHealth([report({ version: 3 })], undefined, nowMs)).toMatchObject([{ condition: "fine" }]);
  });

  test("the worst come first, then those heard last", () => {
    const reports = [
      report({ sdk: "old", lastHeardAtMs: nowMs - 9_000 }),
      report({ sdk: "new" }),
      report({ sdk: "behind", version: 6 }),
      report({ sdk: "refusing", rejectedVersion: 8 }),
    ];
    expect(clientHealth(reports, manifest, nowMs).map(({ sdk }) => sdk)).toEqual(["refusing", "behind", "new", "old"]);
  });

  test("a clock that went back makes nobody young", () => {
    expect(clientHealth([report({ lastHeardAtMs: nowMs + 60_000 })], manifest, nowMs)).toMatchObject([
      { heardAgoMs: 0 },
    ]);
  });
});
