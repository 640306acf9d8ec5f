/** Bundles as text in a storage that is everybody's. @module */
import type { StoredBundle } from "@aplomb/client";
import { describe, expect, test } from "vitest";
import { localBundleStore } from "./local-bundle-store.js";

const stored = (version: number, sizeBytes = 3): StoredBundle => ({
  ...{
    envelope: Uint8Array.of(1, version),
    bundle: new Uint8Array(sizeBytes).fill(version),
    validator: `"${version}"`,
  },
  floor: { epoch: 1, version, sha256: "ab" },
});
const nothing = { bundles: [], envelopes: [], roots: [] };

function textStorage(): Map<string, string> & Pick<Storage, "getItem" | "setItem"> {
  const texts = new Map<string, string>();
  return Object.assign(texts, {
    getItem: (key: string) => texts.get(key) ?? null,
    setItem: (key: string, text: string) => void texts.set(key, text),
  });
}

describe("localBundleStore", () => {
  test("is empty at first, then holds the newest of each name, and the roots", async () => {
    const storage = textStorage();
    const store = localBundleStore(() => storage);
    expect(await store.load("a")).toEqual(nothing);
    await store.save("a", stored(2));
    await store.save("a", stored(1));
    await store.save("b", stored(3));
    const roots = [2, 3].map((version) => ({ version, envelope: Uint8Array.of(version) }));
    await store.saveRoots("a", roots);
    expect(await localBundleStore(() => storage).load("a")).toEqual({ ...nothing, bundles: [stored(2)], roots });
    expect((await store.load("b")).bundles).toEqual([stored(3)]);
  });

  test("the first install id stays", async () => {
    const storage = textStorage();
    expect(await localBundleStore(() => storage).installId?.("one")).toBe("one");
    expect(await localBundleStore(() => storage).installId?.("two")).toBe("one");
  });

  test.each(["noise", "{", "7", "null", '{"envelope":"?","bundle":"?","floor":{}}', '[["2"]]', "x".repeat(4 << 20)])(
    "A-11 %.20s in its place is nothing, and is replaced",
    async (noise) => {
      const storage = textStorage();
      const store = localBundleStore(() => storage);
      for (const key of ["aplomb-bundle a", "aplomb-roots a"]) storage.set(key, noise);
      expect(await store.load("a")).toMatchObject({ bundles: [] });
      await store.save("a", stored(1));
      expect((await store.load("a")).bundles).toEqual([stored(1)]);
    },
  );

  test("A-08 a tab that is behind takes nothing back: neither the bundle nor the roots of one that is ahead", async () => {
    const storage = textStorage();
    const [behind, ahead] = [localBundleStore(() => storage), localBundleStore(() => storage)];
    const roots = [2, 3].map((version) => ({ version, envelope: Uint8Array.of(version) }));
    await behind.load("a");
    await ahead.save("a", stored(2));
    await ahead.saveRoots("a", roots);
    await behind.save("a", stored(1));
    await behind.saveRoots("a", roots.slice(0, 1));
    expect(await ahead.load("a")).toEqual({ ...nothing, bundles: [stored(2)], roots });
  });

  test("a bundle above the newest, which its own client has seen and did not believe, is replaced", async () => {
    const storage = textStorage();
    await localBundleStore(() => storage).save("a", stored(9));
    const store = localBundleStore(() => storage);
    await store.load("a");
    await store.save("a", stored(1));
    expect((await store.load("a")).bundles).toEqual([stored(1)]);
  });

  test("a bundle of more than 1 MiB is not for it; one of 1 MiB is", async () => {
    const storage = textStorage();
    const store = localBundleStore(() => storage);
    await expect(store.save("a", stored(1, 1_048_577))).rejects.toThrow(RangeError);
    expect(storage.size).toBe(0);
    await store.save("a", stored(1, 1_048_576));
    const [found] = (await store.load("a")).bundles;
    expect([found?.bundle.length, found?.bundle.every((byte) => byte === 1)]).toEqual([1_048_576, true]);
  });

  test("A-12 a storage that is denied: nothing is there, saves reject", async () => {
    const store = localBundleStore(() => {
      throw new DOMException("denied", "SecurityError");
    });
    expect(await store.load("a")).toEqual(nothing);
    await expect(store.save("a", stored(1))).rejects.toThrow("denied");
    await expect(store.saveRoots("a", [])).rejects.toThrow("denied");
  });
});
