/** One suite over every kind of exposure store: batches are stored once, and rows come back as they were sent. @module */
import { randomBytes } from "node:crypto";
import type { Exposure } from "@aplomb/core";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { exposure, exposures } from "../../test/batches.js";
import {
  checkedBatch as batch,
  postgresLeftOut,
  storedExposures,
  storeKinds,
  type TestStore,
} from "../../test/stores.js";
import type { ExposureStore } from "../exposure-store.js";

if (postgresLeftOut !== undefined) test.skip(`the PostgreSQL store: ${postgresLeftOut}`, () => expect.unreachable());

describe.each(storeKinds)("the $name store", (kind) => {
  let opened: TestStore;
  const store = (): ExposureStore => opened.store;
  const all = (filter?: Parameters<ExposureStore["readExposures"]>[0]) => storedExposures(store(), filter);
  beforeEach(async () => {
    opened = await kind.open();
  });
  afterEach(() => opened.remove());
  afterAll(() => kind.stop());

  describe("storeBatch", () => {
    test("S-01: batch ids and exposures survive 50 restarts", async () => {
      const sent = batch({ exposures: exposures(3) });
      expect(await store().storeBatch(sent)).toEqual({
        duplicate: false,
        newExposures: 3,
        knownExposures: 0,
        newTrackEvents: 0,
      });
      for (let round = 0; round < 50; round++) {
        await opened.reopen();
        expect((await store().storeBatch(sent)).duplicate).toBe(true);
        const again = await store().storeBatch(batch({ exposures: exposures(3) }));
        expect(again).toMatchObject({ newExposures: 0, knownExposures: 3 });
      }
      expect((await all()).map(({ timesReported }) => timesReported)).toEqual([51, 51, 51]);
    });

    test("the same batch id of two audiences is two batches", async () => {
      const batchId = randomBytes(16);
      expect((await store().storeBatch(batch({ batchId }))).duplicate).toBe(false);
      expect((await store().storeBatch(batch({ batchId, audience: "api.test" }))).duplicate).toBe(false);
    });

    test("one exposure twice in a batch is one row, reported twice", async () => {
      const outcome = await store().storeBatch(batch({ exposures: [exposure(), exposure()] }));
      expect(outcome).toMatchObject({ newExposures: 1, knownExposures: 1 });
      expect(await all()).toMatchObject([{ timesReported: 2 }]);
    });

    test("a batch that cannot be stored takes no other with it, and leaves nothing behind", async () => {
      const spoilt: Exposure = { ...exposure({ flag: "spoilt" }), bundleVersion: 1.5 };
      const writes = [
        store().storeBatch(batch({ exposures: exposures(2, { flag: "before" }) })),
        store().storeBatch(batch({ exposures: [exposure({ flag: "good", unit: "lost" }), spoilt] })),
        store().storeBatch(batch({ exposures: exposures(2, { flag: "after" }) })),
      ];
      const settled = await Promise.allSettled(writes);
      expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      expect((await all()).map(({ flag }) => flag).sort()).toEqual(["after", "after", "before", "before"]);
      await store().storeBatch(batch({ exposures: [exposure({ flag: "good" })] }));
      expect(await all({ flag: "good" })).toMatchObject([{ flag: "good", unit: "user-1" }]);
    });

    test("what several waiting batches report of one exposure is one row, and counted for the first", async () => {
      const at = Date.UTC(2026, 10, 22, 12);
      const outcomes = await Promise.all(
        [at, at - 5, at + 5].map((exposedAtMs) =>
          store().storeBatch(
            batch({
              exposures: exposures(10, { exposedAtMs }),
              sdk: `sdk-${exposedAtMs - at}`,
              client: `client-${exposedAtMs - at}`,
            }),
          ),
        ),
      );
      expect(outcomes.map(({ newExposures }) => newExposures)).toEqual([10, 0, 0]);
      expect(outcomes.map(({ knownExposures }) => knownExposures)).toEqual([0, 10, 10]);
      const rows = await all();
      expect(rows).toHaveLength(10);
      for (const row of rows) {
        expect(row).toMatchObject({
          firstExposedAtMs: at - 5,
          lastExposedAtMs: at + 5,
          timesReported: 3,
          sdk: "sdk-0",
          client: "client-0",
        });
      }
      expect(await store().totals("web.test", "2026-11-22")).toMatchObject([{ exposures: 10, reports: 30 }]);
    });

    test("a batch id that waits twice is stored once", async () => {
      const sent = batch({ exposures: exposures(2) });
      const outcomes = await Promise.all([sent, sent, sent].map((one) => store().storeBatch(one)));
      expect(outcomes.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
      expect((await all()).map(({ timesReported }) => timesReported)).toEqual([1, 1]);
    });

    test("texts come back as they were sent, whatever is in them", async () => {
      const texts = ["'; drop table batches; --", '{"a":"b,c\\"}', "null", "\u2028\r\n\u001b[31m", "𝒳", " ", "\\x00"];
      const sent = texts.map((text) => exposure({ unit: text, variant: text, rule: text, assignmentId: text }));
      await store().storeBatch(batch({ exposures: sent, sdk: texts[0] ?? "" }));
      const rows = await all();
      expect(rows.map(({ unit }) => unit).sort()).toEqual([...texts].sort());
      for (const { unit, variant, rule, assignmentId, sdk } of rows) {
        expect([variant, rule, assignmentId, sdk]).toEqual([unit, unit, unit, texts[0]]);
      }
    });

    test("days that only a wrong clock can say are kept like others", async () => {
      const moments = [-1e14, 0, Date.UTC(2031, 5, 1), 8_640_000_000_000_000 - 1];
      await store().storeBatch(
        batch({ exposures: moments.map((exposedAtMs) => exposure({ exposedAtMs, unit: `at ${exposedAtMs}` })) }),
      );
      expect((await all()).map(({ firstExposedAtMs }) => firstExposedAtMs).sort((a, b) => a - b)).toEqual(moments);
      expect(await opened.query("select * from exposures")).toHaveLength(moments.length);
    });

    test("after close it rejects, and what waited is stored", async () => {
      const waiting = store().storeBatch(batch({ exposures: exposures(2) }));
      await store().close();
      expect((await waiting).newExposures).toBe(2);
      await expect(store().storeBatch(batch())).rejects.toThrow("closed");
    });
  });

  describe("readExposures", () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    const day = 86_400_000;

    test("reads pages in the order of day and id", async () => {
      await store().storeBatch(batch({ exposures: exposures(1_500, { exposedAtMs: noon }) }));
      await store().storeBatch(batch({ exposures: exposures(1_500, { exposedAtMs: noon - day }) }));
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
      await store().storeBatch(
        batch({
          exposures: [
            exposure({ unit: "a", exposedAtMs: noon - day }),
            exposure({ unit: "b", exposedAtMs: noon }),
            exposure({ unit: "c", exposedAtMs: noon, flag: "other" }),
          ],
        }),
      );
      const audience = "api.test";
      await store().storeBatch(batch({ audience, exposures: [exposure({ unit: "d", exposedAtMs: noon }, audience)] }));
      expect((await all(filter)).map(({ unit }) => unit).sort()).toEqual(units);
    });

    test("the view for analysis has one readable row for each exposure", async () => {
      const sent = exposure({
        exposedAtMs: noon,
        fallthroughs: [{ rule: "r", assignmentId: "a", unit: "u", unitSelector: "s" }],
      });
      await store().storeBatch(batch({ exposures: [sent] }));
      const [row, ...others] = await opened.query(
        "select e.*, cast(window_day as text) as day, cast(fallthroughs as text) as passed from exposures e",
      );
      expect(others).toEqual([]);
      expect(row).toMatchObject({
        ...{ audience: "web.test", day: "2026-11-22", flag: "checkout", variant: "treatment", unit: "user-1" },
        exposure_id: Buffer.from(sent.exposureId).toString("hex"),
        ...{ sdk: "aplomb-test/0.1.0", client: "page" },
      });
      expect(JSON.parse(String(row?.passed))).toEqual(sent.fallthroughs);
      expect(
        [row?.bundle_version, row?.first_exposed_at_ms, row?.last_exposed_at_ms, row?.times_reported].map(Number),
      ).toEqual([1, noon, noon, 1]);
    });
  });
});
