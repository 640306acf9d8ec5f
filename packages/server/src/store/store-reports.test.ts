/** The second half of the suite over every kind of store: what is counted, what instances report, what is forgotten. @module */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { exposure, exposures, trackEvent } from "../../test/batches.js";
import { checkedBatch as batch, storedExposures, storeKinds, type TestStore } from "../../test/stores.js";
import type { CheckedBatch, ExposureStore, ReportedStatus, TrackedEvent } from "../exposure-store.js";

describe.each(storeKinds)("the $name store", (kind) => {
  let opened: TestStore;
  const store = (): ExposureStore => opened.store;
  const all = (filter?: Parameters<ExposureStore["readExposures"]>[0]) => storedExposures(store(), filter);
  beforeEach(async () => {
    opened = await kind.open();
  });
  afterEach(() => opened.remove());
  afterAll(() => kind.stop());

  describe("totals", () => {
    test("count rows by outcome and version, and agree with the rows", async () => {
      const at = Date.UTC(2026, 10, 22, 12);
      const of = (count: number, variant: string, bundleVersion: number, from = 0) =>
        exposures(count, { variant, bundleVersion, exposedAtMs: at }, from);
      await store().storeBatch(batch({ exposures: [...of(30, "control", 1), ...of(20, "treatment", 1, 30)] }));
      await store().storeBatch(batch({ exposures: [...of(40, "control", 2), ...of(5, "treatment", 2, 50)] }));
      expect(await store().totals("web.test", "2026-11-22")).toEqual(
        [
          { variant: "control", bundleVersion: 1, exposures: 30, reports: 30 },
          { variant: "control", bundleVersion: 2, exposures: 10, reports: 40 },
          { variant: "treatment", bundleVersion: 1, exposures: 20, reports: 20 },
          { variant: "treatment", bundleVersion: 2, exposures: 5, reports: 5 },
        ].map((total) => ({ flag: "checkout", rule: "checkout/split", ...total })),
      );
      expect(await all()).toHaveLength(65);
      expect(await store().totals("web.test", "2026-11-23")).toEqual([]);
      expect(await store().totals("api.test", "2026-11-22")).toEqual([]);
    });
  });

  describe("tracked events", () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    const event = (fields: Partial<TrackedEvent> = {}): TrackedEvent => ({
      ...{
        eventId: Uint8Array.from(randomBytes(16)),
        name: "purchase",
        unit: "user-1",
        value: undefined,
        properties: {},
        trackedAtMs: noon,
      },
      ...fields,
    });
    const events = async (filter?: Parameters<ExposureStore["readTrackEvents"]>[0]) => {
      const found: TrackedEvent[] = [];
      for await (const one of store().readTrackEvents(filter)) found.push(one);
      return found;
    };

    test("come back once, in the order they were received", async () => {
      const sent = Array.from({ length: 1_200 }, (_, value) =>
        event({ value, properties: { at: [value, null, { a: "ø" }] } }),
      );
      expect(await store().storeBatch(batch({ trackEvents: sent }))).toMatchObject({ newTrackEvents: 1_200 });
      expect(await store().storeBatch(batch({ trackEvents: sent.slice(0, 9) }))).toMatchObject({ newTrackEvents: 0 });
      expect(await events()).toEqual(sent.map((one) => ({ ...one, audience: "web.test" })));
    });

    test("U+0000 in properties costs no batch", async () => {
      const properties = { "a\0b": ["c\0", "\\u0000", "\\\0"] };
      await store().storeBatch(batch({ trackEvents: [event({ properties })] }));
      const [stored] = await events();
      const replaced = JSON.parse(JSON.stringify(stored?.properties).replaceAll("\ufffd", "\\u0000"));
      expect(replaced).toEqual(properties);
    });

    test.each([
      { filter: { fromDay: "2026-11-22", toDay: "2026-11-22" }, names: ["noon", "last"] },
      { filter: { toDay: "2026-11-21" }, names: ["before"] },
      { filter: { fromDay: "2026-11-23", audience: "web.test" }, names: ["after"] },
      { filter: { audience: "api.test" }, names: [] },
    ])("$filter → $names", async ({ filter, names }) => {
      const midnight = Date.UTC(2026, 10, 22);
      const moments = { before: midnight - 1, noon, last: midnight + 86_399_999, after: midnight + 86_400_000 };
      const trackEvents = Object.entries(moments).map(([name, trackedAtMs]) => event({ name, trackedAtMs }));
      await store().storeBatch(batch({ trackEvents }));
      expect((await events(filter)).map(({ name }) => name)).toEqual(names);
    });
  });

  describe("instances", () => {
    const instanceId = randomBytes(16);
    const status = (fields: Partial<ReportedStatus> = {}): ReportedStatus => ({
      ...{ epoch: 1, version: 1, sha256: "00", ageMs: 0, rejectedVersion: 0, rejectedCode: "", quarantinedFlags: [] },
      ...fields,
    });
    const report = (
      createdAtMs: number,
      fields: Partial<ReportedStatus> = {},
      sequence = [0, 0],
      losses: number[] = [],
    ) =>
      batch({
        ...{ instanceId, createdAtMs, status: status(fields) },
        ...{ sequenceFirst: sequence[0] ?? 0, sequenceLast: sequence[1] ?? 0 },
        losses: losses.map((count) => ({ reason: "queue_full", count })),
      });

    test.each([
      {
        order: "one by one",
        send: async (all: ReturnType<typeof report>[]) => {
          for (const one of all) await store().storeBatch(one);
        },
      },
      {
        order: "all at once",
        send: async (all: ReturnType<typeof report>[]) => {
          await Promise.all(all.map((one) => store().storeBatch(one)));
        },
      },
    ])(
      "$order: the newest status counts, a refusal lasts until the version is run, gaps and losses add up",
      async ({ send }) => {
        const reports = [
          report(1_000, { version: 1 }, [1, 10], [3]),
          report(3_000, { version: 1, rejectedVersion: 2, rejectedCode: "SELF_TEST" }, [21, 30], [7]),
          report(2_000, { version: 1 }, [0, 0], [5]),
          batch({ instanceId, createdAtMs: 9_000, status: undefined, sequenceFirst: 0, sequenceLast: 0 }),
        ];
        await send(reports);
        expect(await store().instances("web.test", 0)).toEqual({
          instances: 1,
          versions: [{ version: 1, instances: 1 }],
          rejections: [{ version: 2, code: "SELF_TEST", instances: 1 }],
          losses: [{ reason: "queue_full", count: 7 }],
          missingRecords: 10,
        });
        await send([report(4_000, { version: 1 })]);
        expect((await store().instances("web.test", 0)).rejections).toHaveLength(1);
        await send([report(5_000, { version: 2 })]);
        expect(await store().instances("web.test", 0)).toMatchObject({ versions: [{ version: 2 }], rejections: [] });
        expect(await store().instances("web.test", 2_001)).toMatchObject({
          instances: 0,
          losses: [],
          missingRecords: 0,
        });
      },
    );
  });

  describe("instance reports", () => {
    const nowMs = 1_800_000_000_000;
    const report = async (sdk: string, fields: Partial<CheckedBatch> = {}, status: Partial<ReportedStatus> = {}) => {
      const fine = { epoch: 1, version: 4, sha256: "ab", ageMs: 10, rejectedVersion: 0, rejectedCode: "" };
      await store().storeBatch(
        batch({
          ...{ sdk, sequenceFirst: 0, sequenceLast: 0, createdAtMs: nowMs, receivedAtMs: nowMs },
          ...{ status: { ...fine, quarantinedFlags: [], ...status }, ...fields },
        }),
      );
    };

    test("those in trouble come first, then those heard last; silent ones and other audiences do not", async () => {
      const losses = [
        { reason: "queue_full", count: 3 },
        { reason: "too_old", count: 4 },
      ];
      await report("fine, earlier", { receivedAtMs: nowMs - 1_000 });
      await report("fine");
      await report("losing", { losses });
      await report("missing", { sequenceFirst: 8, sequenceLast: 9, receivedAtMs: nowMs - 500 });
      await report("quarantining", {}, { quarantinedFlags: ["checkout"] });
      await report("refusing", {}, { rejectedVersion: 5, rejectedCode: "SIGNATURE" });
      await report("silent", { receivedAtMs: nowMs - 600_000 });
      await report("elsewhere", { audience: "api.test" });
      const reports = await store().instanceReports("web.test", nowMs - 300_000, 10);
      expect(reports).toMatchObject([
        {
          ...{ sdk: "refusing", rejectedVersion: 5, rejectedCode: "SIGNATURE", version: 4, sha256: "ab", ageMs: 10 },
          instanceId: expect.stringMatching(/^[0-9a-f]{32}$/),
        },
        { sdk: "quarantining", quarantinedFlags: ["checkout"] },
        { sdk: "losing", lost: 7 },
        { sdk: "missing", missingRecords: 7 },
        { sdk: "fine", lastHeardAtMs: nowMs },
        { sdk: "fine, earlier" },
      ]);
      expect(await store().instanceReports("web.test", nowMs - 300_000, 2)).toHaveLength(2);
    });
  });

  describe("what cannot be true", () => {
    const noon = Date.UTC(2026, 10, 22, 12);

    test("is kept apart once, with its reason and its client, and forgotten with its day", async () => {
      const quarantine = [noon, noon, noon + 86_400_000].map((exposedAtMs) => ({
        ...{ exposure: exposure({ exposedAtMs, unit: "x'" }), code: "wrong_bucket" },
      }));
      await store().storeBatch(batch({ client: "shop", exposures: exposures(2, { exposedAtMs: noon }), quarantine }));
      await store().storeBatch(batch({ client: "blog", quarantine: quarantine.slice(0, 1) }));
      const kept = () =>
        opened.query("select client, code, flag, unit, fallthroughs from implausible_exposures order by window_day");
      const row = { client: "shop", code: "wrong_bucket", flag: "checkout", unit: "x'", fallthroughs: "[]" };
      expect(await kept()).toEqual([row, row]);
      expect((await all()).map(({ client }) => client)).toEqual(["shop", "shop"]);
      await store().forgetDays("2026-11-23");
      expect(await kept()).toHaveLength(1);
    });
  });

  describe("forgetDays", () => {
    const day = 86_400_000;
    const today = Math.floor(Date.now() / day) * day;
    const dayText = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

    test("forgets rows, totals, events and silent instances of the days before, and keeps the rest", async () => {
      const moments = [Date.UTC(2020, 0, 1), today - 3 * day, today - 2 * day, today];
      for (const exposedAtMs of moments) {
        const trackEvents = [{ ...trackEvent({ trackedAtMs: exposedAtMs }), value: 1, properties: {} }];
        await store().storeBatch(
          batch({ exposures: exposures(20, { exposedAtMs }), trackEvents, receivedAtMs: exposedAtMs }),
        );
      }
      expect(await store().forgetDays(dayText(today - 2 * day))).toBe(2);
      const rows = await all();
      expect(rows).toHaveLength(40);
      expect(new Set(rows.map(({ windowDay }) => windowDay))).toEqual(
        new Set([dayText(today - 2 * day), dayText(today)]),
      );
      expect(await store().totals("web.test", dayText(today - 3 * day))).toEqual([]);
      expect(await store().totals("web.test", dayText(today))).toMatchObject([{ exposures: 20 }]);
      expect(await opened.query("select * from events")).toHaveLength(2);
      expect((await store().instances("web.test", 0)).instances).toBe(2);
      expect(await store().forgetDays(dayText(today - 2 * day))).toBe(0);
    });

    test("a day that was forgotten can be reported again", async () => {
      const exposedAtMs = today - 2 * day;
      await store().storeBatch(batch({ exposures: exposures(5, { exposedAtMs }), receivedAtMs: today }));
      await store().forgetDays(dayText(today));
      expect(await all()).toEqual([]);
      const again = await store().storeBatch(batch({ exposures: exposures(5, { exposedAtMs }), receivedAtMs: today }));
      expect(again).toMatchObject({ newExposures: 5 });
      expect(await all()).toHaveLength(5);
    });
  });

  describe("noteSplits", () => {
    const note = async (fingerprint: string, version: number, atMs = version * 1_000) => {
      const [start] = await store().noteSplits("web.test", [{ flag: "f", rule: "r", fingerprint }], { version, atMs });
      return [start?.fingerprint, start?.sinceVersion, start?.changedAtMs];
    };

    test("a split starts when it first differs from the one before, also after a restart", async () => {
      expect(await note("x", 3)).toEqual(["x", 0, 0]);
      expect(await note("x", 4)).toEqual(["x", 0, 0]);
      expect(await note("y", 5)).toEqual(["y", 5, 5_000]);
      await opened.reopen();
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
      await store().storeBatch(old);
      await store().storeBatch(young);
      expect(await store().forgetBatches(5_000)).toBe(1);
      expect((await store().storeBatch(young)).duplicate).toBe(true);
      expect((await store().storeBatch(old)).duplicate).toBe(false);
      expect(await all()).toMatchObject([{ timesReported: 2 }]);
    });
  });
});
