/** The IndexedDB store in real Chromium. @module */
import type { StoredBundle } from "@aplomb/client";
import { createStore, set } from "idb-keyval";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { indexedDbStore } from "./indexed-db-store.js";

const stored = (version: number): StoredBundle => ({
  envelope: Uint8Array.of(1, version),
  bundle: Uint8Array.of(2, version),
  validator: `"${version}"`,
  floor: { epoch: 1, version, sha256: "ab" },
});

/** Names of their own for each test: the database is one. */
let [a, b] = ["", ""];
beforeEach(() => {
  [a, b] = [crypto.randomUUID(), crypto.randomUUID()];
});

describe("indexedDbStore", () => {
  test("is empty at first, then holds the last of each name", async () => {
    const store = indexedDbStore();
    expect(await store.load(a)).toEqual({ bundles: [], envelopes: [], roots: [] });
    await store.save(a, stored(1));
    await store.save(a, stored(2));
    await store.save(b, stored(3));
    expect((await indexedDbStore().load(a)).bundles).toEqual([stored(2)]);
    expect((await indexedDbStore().load(b)).bundles).toEqual([stored(3)]);
  });

  test("the first install id stays, also for pages that ask at once", async () => {
    const ids = await Promise.all(["1", "2", "3"].map((id) => indexedDbStore().installId?.(id)));
    expect(new Set(ids).size).toBe(1);
    expect(await indexedDbStore().installId?.("4")).toBe(ids[0]);
  });

  test("keeps the roots that followed, apart from the bundle", async () => {
    const store = indexedDbStore();
    const roots = [2, 3].map((version) => ({ version, envelope: Uint8Array.of(version) }));
    await store.saveRoots(a, roots);
    expect(await store.load(a)).toEqual({ bundles: [], envelopes: [], roots });
    await set(` roots of ${a}`, [{ version: "2" }], createStore("aplomb", "bundles"));
    expect((await store.load(a)).roots).toEqual([]);
  });

  test("B-03 a page that is behind never takes back what another has kept", async () => {
    const [ahead, behind] = [indexedDbStore(), indexedDbStore()];
    const roots = [2, 3].map((version) => ({ version, envelope: Uint8Array.of(version) }));
    await behind.load(a);
    await ahead.save(a, stored(7));
    await ahead.saveRoots(a, roots);
    await behind.save(a, stored(6));
    await behind.saveRoots(a, roots.slice(0, 1));
    expect(await indexedDbStore().load(a)).toEqual({ bundles: [stored(7)], envelopes: [], roots });
  });

  test("A-11 what was there when the page came, and did not verify, is replaced however high it says it is", async () => {
    await set(a, stored(1e9), createStore("aplomb", "bundles"));
    const store = indexedDbStore();
    await store.load(a);
    await store.save(a, stored(1));
    expect((await store.load(a)).bundles).toEqual([stored(1)]);
  });

  test.each([["text"], [7], [null], [{ envelope: "text", bundle: [1] }], [{ bundle: Uint8Array.of(1) }], [[1, 2]]])(
    "A-11 %j in its place is nothing, and is replaced",
    async (noise) => {
      await set(a, noise, createStore("aplomb", "bundles"));
      const store = indexedDbStore();
      expect((await store.load(a)).bundles).toEqual([]);
      await store.save(a, stored(1));
      expect((await store.load(a)).bundles).toEqual([stored(1)]);
    },
  );
});

const fail = (error: unknown): never => {
  throw error;
};

describe("A-12 without storage", () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, "indexedDB");
  afterEach(() => {
    if (original) Object.defineProperty(globalThis, "indexedDB", original);
  });

  test.each([
    ["a storage that is denied", () => fail(new DOMException("denied", "SecurityError"))],
    ["no storage at all", () => undefined],
    ["a storage that cannot be opened", () => ({ open: () => fail(new Error("no")) })],
  ])("%s: loads and saves reject, and throw nothing", async (_name, get) => {
    Object.defineProperty(globalThis, "indexedDB", { get, configurable: true });
    const store = indexedDbStore();
    await expect(store.load(a)).rejects.toThrow();
    await expect(store.save(a, stored(1))).rejects.toThrow();
  });
});
