/** How often the console's questions reach the store. @module */
import { createVirtualClock } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { type ReportStore, spareStore } from "./spared-store.js";

/** A store that takes a while, and says how often it was asked. */
function slowStore(tookMs: number) {
  const clock = createVirtualClock();
  let asked = 0;
  const totals: ReportStore["totals"] = async () => {
    asked += 1;
    clock.jump(tookMs);
    if (tookMs > 1_000) throw new Error("too slow");
    return [];
  };
  const store: ReportStore = {
    totals,
    instances: async () => ({ instances: 0, versions: [], rejections: [], losses: [], missingRecords: 0 }),
    instanceReports: async () => [],
  };
  return { clock, spared: spareStore(store, clock), asked: () => asked };
}

test.each([
  { name: "a quick answer is not kept", tookMs: 4, afterMs: 0, asked: 2 },
  { name: "a slow one stands", tookMs: 50, afterMs: 999, asked: 1 },
  { name: "for twenty times as long", tookMs: 50, afterMs: 1_000, asked: 2 },
])("$name", async ({ tookMs, afterMs, asked }) => {
  const { clock, spared, ...store } = slowStore(tookMs);
  await spared.totals("web.test", "2026-01-01");
  clock.jump(afterMs);
  await spared.totals("web.test", "2026-01-01");
  expect(store.asked()).toBe(asked);
});

test("those who ask at the same time share an answer; other days and audiences have their own", async () => {
  const { spared, asked } = slowStore(1);
  const ask = (audience: string, day: string) => spared.totals(audience, day);
  await Promise.all([ask("a", "d1"), ask("a", "d1"), ask("b", "d1"), ask("a", "d2")]);
  expect(asked()).toBe(3);
});

test("a failure is not kept", async () => {
  const { spared, asked } = slowStore(2_000);
  for (let turn = 0; turn < 2; turn++) await expect(spared.totals("a", "d")).rejects.toThrow("too slow");
  expect(asked()).toBe(2);
});
