/** Sticky assignments in storage: kept between pages, the first wins, damage and denial end in memory. @module */
import type { MaterializationRecord } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import { localStickyStore, type StickyStorage } from "./local-sticky-store.js";

const record = (variant: string, unit = "user-1"): MaterializationRecord => ({
  ...{ unit, materialization: "kept", rule: "keeps", variant },
});

function storageOf(item: string | null = null): StickyStorage & { item: string | null } {
  return {
    item,
    getItem() {
      return this.item;
    },
    setItem(_, value) {
      this.item = value;
    },
    removeItem() {
      this.item = null;
    },
  };
}

describe("localStickyStore", () => {
  test("another page with the same storage reads what this one wrote; the first record wins", async () => {
    const storage = storageOf();
    await localStickyStore("s", () => storage).write([record("a")]);
    const next = localStickyStore("s", () => storage);
    await next.write([record("b"), record("b", "user-2")]);
    expect(await localStickyStore("s", () => storage).read([record("")])).toEqual([record("a")]);
    expect(await localStickyStore("s", () => storage).read([{ ...record(""), rule: "" }])).toEqual([record("a")]);
    expect(await localStickyStore("s", () => storage).read([{ ...record(""), rule: "other" }])).toEqual([]);
  });

  test.each([
    ["no JSON", "{"],
    ["not a list", '{"unit":"user-1"}'],
    ["null", "null"],
    ["no records", '[1,null,"x",{"unit":"user-1"},{"unit":1,"materialization":"kept","rule":"keeps","variant":"a"}]'],
  ])("%s in storage counts as nothing, and is replaced", async (_, item) => {
    const storage = storageOf(item);
    const store = localStickyStore("s", () => storage);
    expect(await store.read([record("")])).toEqual([]);
    await store.write([record("a")]);
    expect(JSON.parse(storage.item ?? "")).toEqual([record("a")]);
  });

  test.each<[string, () => StickyStorage]>([
    [
      "denied",
      () => {
        throw new DOMException("denied", "SecurityError");
      },
    ],
    [
      "full",
      () => ({
        getItem: () => null,
        setItem: () => {
          throw new DOMException("full", "QuotaExceededError");
        },
        removeItem: () => {},
      }),
    ],
    ["missing", () => undefined as unknown as StickyStorage],
  ])("A-12 storage that is %s: assignments last as long as the page", async (_, storage) => {
    const store = localStickyStore("s", storage);
    await store.write([record("a")]);
    expect(await store.read([record("")])).toEqual([record("a")]);
  });

  test("what consent was taken back for is deleted, here and in memory", async () => {
    const storage = storageOf();
    const store = localStickyStore("s", () => storage);
    await store.write([record("a")]);
    await store.clear?.();
    expect([storage.item, await store.read([record("")])]).toEqual([null, []]);
  });

  test("the oldest are forgotten before a page fills its origin's storage", async () => {
    const storage = storageOf();
    const store = localStickyStore("s", () => storage);
    await store.write(Array.from({ length: 501 }, (_, unit) => record("a", String(unit))));
    const fresh = localStickyStore("s", () => storage);
    expect([await fresh.read([record("", "0")]), (await fresh.read([record("", "500")])).length]).toEqual([[], 1]);
  });
});
