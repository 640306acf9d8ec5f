/** Which instances the embedded store tells of first, and what it says of them. @module */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { temporaryDirectory } from "../../test/endpoint.js";
import type { CheckedBatch, ExposureStore } from "../exposure-store.js";
import { openEmbeddedStore } from "./open-embedded-store.js";

const nowMs = 1_800_000_000_000;
let directory: string;
let store: ExposureStore;
beforeAll(async () => {
  directory = await temporaryDirectory();
  store = await openEmbeddedStore(join(directory, "exposures.db"));
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

async function report(
  sdk: string,
  fields: Partial<CheckedBatch> = {},
  rejectedVersion = 0,
  quarantined: string[] = [],
) {
  await store.storeBatch({
    ...{ audience: "web.test", batchId: randomBytes(16), instanceId: randomBytes(16), sdk },
    ...{ sequenceFirst: 0, sequenceLast: 0, createdAtMs: nowMs, receivedAtMs: nowMs, losses: [] },
    ...{ exposures: [], trackEvents: [] },
    status: {
      ...{ epoch: 1, version: 4, sha256: "ab", ageMs: 10, rejectedVersion },
      ...{ rejectedCode: rejectedVersion > 0 ? "SIGNATURE" : "", quarantinedFlags: quarantined },
    },
    ...fields,
  });
}

test("those in trouble come first, then those heard last; silent ones and other audiences do not", async () => {
  await report("fine, earlier", { receivedAtMs: nowMs - 1_000 });
  await report("fine");
  await report("losing", {
    losses: [
      { reason: "queue_full", count: 3 },
      { reason: "too_old", count: 4 },
    ],
  });
  await report("missing", { sequenceFirst: 8, sequenceLast: 9, receivedAtMs: nowMs - 500 });
  await report("quarantining", {}, 0, ["checkout"]);
  await report("refusing", {}, 5);
  await report("silent", { receivedAtMs: nowMs - 600_000 });
  await report("elsewhere", { audience: "api.test" });
  const reports = await store.instanceReports("web.test", nowMs - 300_000, 10);
  expect(reports.map(({ sdk }) => sdk)).toEqual([
    "refusing",
    "quarantining",
    "losing",
    "missing",
    "fine",
    "fine, earlier",
  ]);
  expect(reports[0]).toMatchObject({
    rejectedVersion: 5,
    rejectedCode: "SIGNATURE",
    version: 4,
    sha256: "ab",
    ageMs: 10,
  });
  expect(reports[1]?.quarantinedFlags).toEqual(["checkout"]);
  expect(reports[2]?.lost).toBe(7);
  expect(reports[3]?.missingRecords).toBe(7);
  expect(reports[0]?.instanceId).toMatch(/^[0-9a-f]{32}$/);
  expect(await store.instanceReports("web.test", nowMs - 300_000, 2)).toHaveLength(2);
});
