/** The embedded store on a real file: what survives a restart, what is counted, what is forgotten. @module */
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Exposure, isFlagError } from "@aplomb/core";
import LibsqlDatabase from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { exposure, exposures } from "../../test/batches.js";
import { temporaryDirectory } from "../../test/endpoint.js";
import type { CheckedBatch, ExposureStore, StoredExposure } from "../exposure-store.js";
import { openEmbeddedStore } from "./open-embedded-store.js";

let directory: string;
let path: string;
let store: ExposureStore;
beforeEach(async () => {
  directory = await temporaryDirectory();
  path = join(directory, "below", "exposures.db");
  store = await openEmbeddedStore(path);
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const batch = (fields: Partial<CheckedBatch> = {}): CheckedBatch => ({
  audience: "web.test",
  batchId: randomBytes(16),
  instanceId: randomBytes(16),
  sequenceFirst: 1,
  sequenceLast: 1,
  createdAtMs: 1_000,
  receivedAtMs: 2_000,
  sdk: "aplomb-test/0.1.0",
  status: undefined,
  losses: [],
  exposures: [],
  trackEvents: [],
  ...fields,
});

async function all(filter: Parameters<ExposureStore["readExposures"]>[0] = {}): Promise<StoredExposure[]> {
  const rows: StoredExposure[] = [];
  for await (const row of store.readExposures(filter)) rows.push(row);
  return rows;
}

async function reopen(): Promise<void> {
  await store.close();
  store = await openEmbeddedStore(path);
}

describe("storeBatch", () => {
  test("S-01: batch ids and exposures survive restarts", async () => {
    const sent = batch({ exposures: exposures(3) });
    expect(await store.storeBatch(sent)).toEqual({
      duplicate: false,
      newExposures: 3,
      knownExposures: 0,
      newTrackEvents: 0,
    });
    for (let round = 0; round < 5; round++) {
      await reopen();
      expect((await store.storeBatch(sent)).duplicate).toBe(true);
      const again = await store.storeBatch(batch({ exposures: exposures(3) }));
      expect(again).toMatchObject({ newExposures: 0, knownExposures: 3 });
    }
    expect((await all()).map(({ timesReported }) => timesReported)).toEqual([6, 6, 6]);
  });

  test("the same batch id of two audiences is two batches", async () => {
    const batchId = randomBytes(16);
    expect((await store.storeBatch(batch({ batchId }))).duplicate).toBe(false);
    expect((await store.storeBatch(batch({ batchId, audience: "api.test" }))).duplicate).toBe(false);
  });

  test("one exposure twice in a batch is one row, reported twice", async () => {
    const outcome = await store.storeBatch(batch({ exposures: [exposure(), exposure()] }));
    expect(outcome).toMatchObject({ newExposures: 1, knownExposures: 1 });
    expect(await all()).toMatchObject([{ timesReported: 2 }]);
  });

  test("a batch that cannot be stored takes no other with it, and leaves nothing behind", async () => {
    const spoilt: Exposure = { ...exposure({ flag: "spoilt" }), bundleVersion: 1.5 };
    const writes = [
      store.storeBatch(batch({ exposures: exposures(2, { flag: "before" }) })),
      store.storeBatch(batch({ exposures: [exposure({ flag: "good", unit: "lost" }), spoilt] })),
      store.storeBatch(batch({ exposures: exposures(2, { flag: "after" }) })),
    ];
    const settled = await Promise.allSettled(writes);
    expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await all()).map(({ flag }) => flag).sort()).toEqual(["after", "after", "before", "before"]);
    await store.storeBatch(batch({ exposures: [exposure({ flag: "good" })] }));
    expect(await all({ flag: "good" })).toMatchObject([{ flag: "good", unit: "user-1" }]);
  });

  test("after close it rejects, and what waited is stored", async () => {
    const waiting = store.storeBatch(batch({ exposures: exposures(2) }));
    await store.close();
    expect((await waiting).newExposures).toBe(2);
    await expect(store.storeBatch(batch())).rejects.toThrow("closed");
  });
});

describe("readExposures", () => {
  const noon = Date.UTC(2026, 10, 22, 12);
  const day = 86_400_000;

  test("reads pages in the order of day and id", async () => {
    await store.storeBatch(batch({ exposures: exposures(1_500, { exposedAtMs: noon }) }));
    await store.storeBatch(batch({ exposures: exposures(1_500, { exposedAtMs: noon - day }) }));
    const rows = await all();
    const keys = rows.map((row) => row.windowDay + Buffer.from(row.exposureId).toString("hex"));
    expect(new Set(keys).size).toBe(3_000);
    expect(keys).toEqual([...keys].sort());
  });

  test.each([
    { filter: {}, units: ["a", "b", "c", "d"] },
    { filter: { audience: "api.test" }, units: ["d"] },
    { filter: { flag: "other" }, units: ["c"] },
    { filter: { fromDay: "2026-11-22" }, units: ["b", "c", "d"] },
    { filter: { toDay: "2026-11-21" }, units: ["a"] },
    { filter: { fromDay: "2026-11-23" }, units: [] },
  ])("$filter → $units", async ({ filter, units }) => {
    await store.storeBatch(
      batch({
        exposures: [
          exposure({ unit: "a", exposedAtMs: noon - day }),
          exposure({ unit: "b", exposedAtMs: noon }),
          exposure({ unit: "c", exposedAtMs: noon, flag: "other" }),
        ],
      }),
    );
    const audience = "api.test";
    await store.storeBatch(batch({ audience, exposures: [exposure({ unit: "d", exposedAtMs: noon }, audience)] }));
    expect((await all(filter)).map(({ unit }) => unit).sort()).toEqual(units);
  });

  test("the view for analysis has one readable row for each exposure", async () => {
    const sent = exposure({
      exposedAtMs: noon,
      fallthroughs: [{ rule: "r", assignmentId: "a", unit: "u", unitSelector: "s" }],
    });
    await store.storeBatch(batch({ exposures: [sent] }));
    const database = new LibsqlDatabase(path, { readonly: true });
    const row = database.prepare("select * from exposures").get();
    expect(row).toMatchObject({
      ...{ audience: "web.test", window_day: "2026-11-22", flag: "checkout", variant: "treatment", unit: "user-1" },
      exposure_id: Buffer.from(sent.exposureId).toString("hex"),
      fallthroughs: '[{"rule":"r","assignmentId":"a","unit":"u","unitSelector":"s"}]',
      ...{ bundle_version: 1, first_exposed_at_ms: noon, last_exposed_at_ms: noon, times_reported: 1 },
    });
    database.close();
  });
});

describe("totals", () => {
  test("count rows by outcome and version, and agree with the rows", async () => {
    const at = Date.UTC(2026, 10, 22, 12);
    const of = (count: number, variant: string, bundleVersion: number, from = 0) =>
      exposures(count, { variant, bundleVersion, exposedAtMs: at }, from);
    await store.storeBatch(batch({ exposures: [...of(30, "control", 1), ...of(20, "treatment", 1, 30)] }));
    await store.storeBatch(batch({ exposures: [...of(40, "control", 2), ...of(5, "treatment", 2, 50)] }));
    expect(await store.totals("web.test", "2026-11-22")).toEqual(
      [
        { variant: "control", bundleVersion: 1, exposures: 30, reports: 30 },
        { variant: "control", bundleVersion: 2, exposures: 10, reports: 40 },
        { variant: "treatment", bundleVersion: 1, exposures: 20, reports: 20 },
        { variant: "treatment", bundleVersion: 2, exposures: 5, reports: 5 },
      ].map((total) => ({ flag: "checkout", rule: "checkout/split", ...total })),
    );
    expect(await all()).toHaveLength(65);
    expect(await store.totals("web.test", "2026-11-23")).toEqual([]);
    expect(await store.totals("api.test", "2026-11-22")).toEqual([]);
  });
});

describe("noteSplits", () => {
  const note = async (fingerprint: string, version: number, atMs = version * 1_000) => {
    const [start] = await store.noteSplits("web.test", [{ flag: "f", rule: "r", fingerprint }], { version, atMs });
    return [start?.fingerprint, start?.sinceVersion, start?.changedAtMs];
  };

  test("a split starts when it first differs from the one before, also after a restart", async () => {
    expect(await note("x", 3)).toEqual(["x", 0, 0]);
    expect(await note("x", 4)).toEqual(["x", 0, 0]);
    expect(await note("y", 5)).toEqual(["y", 5, 5_000]);
    await reopen();
    expect(await note("y", 6)).toEqual(["y", 5, 5_000]);
    expect(await note("x", 7)).toEqual(["x", 7, 7_000]);
  });

  test("versions that begin again, in a new epoch, count from there", async () => {
    await note("x", 50);
    await note("y", 60);
    expect(await note("y", 1)).toEqual(["y", 1, 60_000]);
  });
});

describe("forgetBatches", () => {
  test("forgets what is older, in any number, and keeps the rest", async () => {
    const old = batch({ receivedAtMs: 1_000, exposures: exposures(1) });
    const young = batch({ receivedAtMs: 5_000 });
    await store.storeBatch(old);
    await store.storeBatch(young);
    expect(await store.forgetBatches(5_000)).toBe(1);
    expect((await store.storeBatch(young)).duplicate).toBe(true);
    expect((await store.storeBatch(old)).duplicate).toBe(false);
    expect(await all()).toMatchObject([{ timesReported: 2 }]);
  });
});

describe("openEmbeddedStore", () => {
  test("syncs every commit to a write-ahead log", async () => {
    const database = new LibsqlDatabase(path);
    expect(database.pragma("journal_mode", { simple: true })).toMatchObject({ journal_mode: "wal" });
    database.close();
    await expect(store.check()).resolves.toBeUndefined();
  });

  test.each([
    {
      name: "a file that is no database",
      spoil: async () => {
        path = join(directory, "text.db");
        await writeFile(path, "x".repeat(5_000));
      },
      says: "not a database",
    },
    {
      name: "a database of a newer release",
      spoil: async () => {
        const database = new LibsqlDatabase(path);
        database.exec("pragma user_version = 99");
        database.close();
      },
      says: "use a newer release",
    },
  ])("refuses $name", async ({ spoil, says }) => {
    await store.close();
    await spoil();
    const error: unknown = await openEmbeddedStore(path).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(isFlagError(error, "OPTION")).toBe(true);
    expect(String(error)).toContain(says);
  });
});
