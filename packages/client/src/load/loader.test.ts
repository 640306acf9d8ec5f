/** Every step of a load, and what stays when it fails. @module */
import { type FlagErrorCode, isFlagError, openBundle, SERVICE_LIMITS, verifyManifest } from "@aplomb/core";
import { createVirtualClock, type SealedBundle, until, verifyWithWebCrypto } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import type { BundleCell } from "../active-bundle.js";
import type { BundleStore, StoreContents } from "../bundle-store.js";
import { updating } from "../refresh/updating.js";
import { RequestError } from "../retry/request-error.js";
import { createMemorySource } from "../testing/memory-source.js";
import { keys, rolledOut, seal } from "../testing/sealed-bundles.js";
import { createLoader } from "./loader.js";

const flags = { checkout: rolledOut("on") };
const manyFlags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, place) => [`flag-${place}`, rolledOut("on")]));
const [v1, v2, v2other, foreign, junk, empty, newer] = await Promise.all([
  seal(flags, { version: 1n }),
  seal({ checkout: rolledOut("off") }, { version: 2n }),
  seal({ checkout: rolledOut("on"), other: rolledOut("on") }, { version: 2n }),
  seal(flags, { version: 3n, audience: "other" }),
  keys.seal(new TextEncoder().encode("junk"), { version: 2n }),
  seal({}, { version: 2n }),
  seal(flags, { version: 2n, minReader: 9 }),
]);
const { signal } = new AbortController();

/** A loader on a source and a store that a test feeds; the store may be replaced as a whole. */
function loaded(given: Partial<StoreContents> | BundleStore = {}) {
  const clock = createVirtualClock();
  const source = createMemorySource();
  const cell: BundleCell = { current: undefined };
  const saved: number[] = [];
  const steps: string[] = [];
  const warnings: string[] = [];
  const watched = (contents: Partial<StoreContents>): BundleStore => ({
    load: async () => ({ bundles: [], envelopes: [], roots: [], ...contents }),
    saveRoots: async () => {},
    save: async (_name, { floor }) => {
      steps.push("saved");
      saved.push(floor.version);
    },
  });
  const loader = createLoader({
    cell,
    source,
    store: "load" in given ? given : watched(given),
    storeName: "test/api.test",
    clock,
    roots: undefined,
    maxBundleBytes: SERVICE_LIMITS.bundleBytes,
    digest: async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as BufferSource)),
    openManifest: (envelope, floor) =>
      verifyManifest(envelope, keys.trust, { floor, verifySignature: verifyWithWebCrypto }),
    openBundle: (bytes, { version, sha256 }) => openBundle(bytes, { bundleVersion: version, bundleId: sha256 }),
    loadUpdating: async () => updating,
    activated: (next) => steps.push(`activated ${next.manifest.version} validator ${next.validator ?? "none"}`),
    warn: (kind, error) => warnings.push(`${kind} ${isFlagError(error) ? error.code : error}`),
  });
  const load = async (sealed: SealedBundle) => {
    source.publish(sealed);
    await loader.load(signal);
  };
  const codeOf = (sealed: SealedBundle): Promise<FlagErrorCode | undefined> =>
    load(sealed).then(
      () => undefined,
      (error) => (isFlagError(error) ? error.code : undefined),
    );
  return { clock, source, cell, loader, saved, steps, warnings, load, codeOf };
}

const stored = ({ manifest, bundle, sha256 }: SealedBundle, version: number) => ({
  ...{ envelope: manifest, bundle, validator: `"${version}"` },
  floor: { epoch: 1, version, sha256 },
});

describe("createLoader", () => {
  test("activates, then saves, then stores the validator", async () => {
    const { cell, steps, load } = loaded();
    await load(v1);
    expect(steps).toEqual(["activated 1 validator none", "saved"]);
    expect(cell.current).toMatchObject({ source: "network", validator: expect.stringContaining('"') });
  });

  test("asks with the validator of what is active, and fetches nothing that it has", async () => {
    const { source, load, steps } = loaded();
    await load(v1);
    await load(v1);
    expect(source.manifestRequests).toEqual([undefined, expect.any(String)]);
    expect(source.bundleRequests).toEqual([v1.sha256]);
    expect(steps).toHaveLength(2);
  });

  test("a manifest signed anew for the same bundle moves freshness, and fetches no bundle", async () => {
    const { source, cell, load, saved } = loaded();
    await load(v1);
    const inAMonthMs = Date.now() + 30 * 86_400_000;
    await load(await seal(flags, { version: 1n, freshUntilMs: BigInt(inAMonthMs) }));
    expect(cell.current?.manifest.freshUntilMs).toBe(inAMonthMs);
    await load(await seal(flags, { version: 1n, freshUntilMs: BigInt(inAMonthMs - 1) }));
    expect(cell.current?.manifest.freshUntilMs).toBe(inAMonthMs);
    expect([source.bundleRequests, saved]).toEqual([[v1.sha256], [1, 1]]);
  });

  test.each<[string, SealedBundle, FlagErrorCode]>([
    [
      "D1 a bad signature",
      { ...v2, manifest: v2.manifest.map((byte, at) => (at === 60 ? byte ^ 1 : byte)) },
      "SIGNATURE",
    ],
    ["no envelope at all", { ...v2, manifest: new TextEncoder().encode("<html>") }, "MALFORMED"],
    ["B-08 a foreign audience", foreign, "AUDIENCE"],
    ["B-07 another bundle", { ...v2, bundle: v1.bundle }, "HASH"],
    ["bytes that are no bundle", junk, "MALFORMED"],
    ["A-18 no flags left", empty, "SHRINK"],
    ["a newer reader", newer, "READER"],
  ])("%s is refused: what was there stays, with its validator", async (_name, bad, code) => {
    const { cell, load, codeOf, saved } = loaded();
    await load(v1);
    const before = cell.current;
    expect(await codeOf(bad)).toBe(code);
    expect(cell.current).toBe(before);
    expect(saved).toEqual([1]);
    await load(v2);
    expect(cell.current?.manifest.version).toBe(2);
  });

  test("B-03 B-04 nothing older and nothing else of the same version", async () => {
    const { cell, load, codeOf } = loaded();
    await load(v2);
    expect(await codeOf(v1)).toBe("ROLLBACK");
    expect(await codeOf(v2other)).toBe("EQUIVOCATION");
    expect(cell.current?.manifest).toMatchObject({ version: 2, sha256: v2.sha256 });
  });

  test("a bundle with the wrong digest is fetched once more, past every cache", async () => {
    const { source, codeOf } = loaded();
    expect(await codeOf({ ...v2, bundle: v1.bundle })).toBe("HASH");
    expect(source.bundleRequests).toEqual([v2.sha256, `${v2.sha256}!`]);
  });

  test("a refused bundle is not fetched again until there is another", async () => {
    const { source, load, codeOf } = loaded();
    await load(v1);
    expect([await codeOf(empty), await codeOf(empty)]).toEqual(["SHRINK", "SHRINK"]);
    expect(source.bundleRequests).toEqual([v1.sha256, empty.sha256]);
  });

  test("a refused bundle is fetched again once its publisher says that it may hold so few flags", async () => {
    const { source, cell, load, codeOf } = loaded();
    await load(v1);
    expect(await codeOf(empty)).toBe("SHRINK");
    expect(await codeOf(await seal({}, { version: 3n, allowShrink: true }))).toBeUndefined();
    expect([cell.current?.manifest.version, source.bundleRequests.at(-1)]).toEqual([3, empty.sha256]);
  });

  test("a bundle that is stale is asked for without validator: nothing can keep a client from what is new", async () => {
    const { source, clock, load, saved } = loaded();
    const brief = await seal(flags, { version: 1n, freshUntilMs: BigInt(clock.nowMs() + 1_000) });
    await load(brief);
    await load(brief);
    await clock.advance(1_001);
    await load(brief);
    expect(source.manifestRequests).toEqual([undefined, expect.any(String), undefined]);
    expect(saved).toEqual([1]);
  });

  test("a bundle that is announced and not there yet is no refusal", async () => {
    const { source, loader } = loaded();
    source.publish(v1);
    source.fetchBundle = async () => {
      throw new RequestError("not found", { status: 404 });
    };
    await expect(loader.load(signal)).rejects.toMatchObject({ name: "RequestError", status: 0 });
  });

  test.each([
    { name: "one of eleven left", before: 11, after: 1, allowShrink: false, code: undefined },
    { name: "eleven of 22 lost", before: 22, after: 11, allowShrink: false, code: undefined },
    { name: "twelve of 22 lost", before: 22, after: 10, allowShrink: false, code: "SHRINK" },
    { name: "twelve of 22 lost on purpose", before: 22, after: 10, allowShrink: true, code: undefined },
    { name: "the only one lost", before: 1, after: 0, allowShrink: false, code: "SHRINK" },
    { name: "the only one lost on purpose", before: 1, after: 0, allowShrink: true, code: undefined },
    { name: "none to lose", before: 0, after: 0, allowShrink: false, code: undefined },
  ])("A-18 $name: $code", async ({ before, after, allowShrink, code }) => {
    const { load, codeOf } = loaded();
    await load(await seal(manyFlags(before), { version: 1n }));
    expect(await codeOf(await seal(manyFlags(after), { version: 2n, allowShrink }))).toBe(code);
  });

  test("A-07 a store that fails changes nothing but a warning", async () => {
    const failing: BundleStore = {
      load: () => Promise.reject(new Error("EIO")),
      save: () => Promise.reject(new Error("ENOSPC")),
      saveRoots: () => Promise.reject(new Error("ENOSPC")),
    };
    const { cell, loader, load, warnings } = loaded(failing);
    await loader.restore(undefined);
    await load(v1);
    expect(cell.current?.manifest.version).toBe(1);
    expect(warnings).toEqual(["CACHE Error: EIO", "PERSIST Error: ENOSPC"]);
  });

  test("a store that hangs is not waited for", async () => {
    const never = () => new Promise<never>(() => {});
    const hanging: BundleStore = { load: never, save: never, saveRoots: never };
    const { cell, clock, loader, load } = loaded(hanging);
    const done = loader.restore(undefined).then(() => load(v1));
    await clock.advance(2_000);
    await until(() => cell.current !== undefined);
    await clock.advance(2_000);
    await done;
    expect(cell.current?.validator).toBeDefined();
  });
});

test("B-03 nothing is saved over what a store did not give in time: it may be newer", async () => {
  const saves: string[] = [];
  const slow: BundleStore = {
    load: () => new Promise<never>(() => {}),
    save: async () => void saves.push("bundle"),
    saveRoots: async () => void saves.push("roots"),
  };
  const { cell, clock, loader, load, warnings } = loaded(slow);
  const restored = loader.restore(undefined);
  await clock.advance(2_000);
  await restored;
  await load(v1);
  expect([cell.current?.manifest.version, saves, warnings]).toEqual([1, [], ["CACHE CACHE"]]);
});

describe("createLoader restores", () => {
  const bootstrap = { envelope: v1.manifest, bundle: v1.bundle, source: "bootstrap" } as const;

  test("the newest that verifies, with its validator", async () => {
    const { cell, loader, source } = loaded({ bundles: [stored(v2, 2), stored(v1, 1)], envelopes: [] });
    await loader.restore(bootstrap);
    expect(cell.current).toMatchObject({ source: "store", validator: '"2"', manifest: { version: 2 } });
    source.publish(v2);
    await loader.load(signal);
    expect(source.manifestRequests).toEqual(['"2"']);
    expect(cell.current).toMatchObject({ source: "store", manifest: { version: 2 } });
  });

  test("bootstrap bytes, verified like any other", async () => {
    const { cell, loader } = loaded();
    await loader.restore(bootstrap);
    expect(cell.current).toMatchObject({ source: "bootstrap", manifest: { version: 1 } });
    const { cell: other, loader: second, warnings } = loaded();
    await second.restore({ ...bootstrap, envelope: foreign.manifest });
    expect([other.current, warnings]).toEqual([undefined, ["CACHE AUDIENCE"]]);
  });

  test("A-11 a damaged generation is passed over for the one before", async () => {
    const damaged = { ...stored(v2, 2), bundle: v1.bundle };
    const { cell, loader, warnings } = loaded({ bundles: [damaged, stored(v1, 1)], envelopes: [] });
    await loader.restore(undefined);
    expect(cell.current).toMatchObject({ source: "store", manifest: { version: 1 } });
    expect(warnings).toEqual(["CACHE HASH"]);
  });

  test("B-03 the floor survives the loss of its bundle", async () => {
    const { cell, loader, codeOf } = loaded({ bundles: [stored(v1, 1)], envelopes: [v2.manifest] });
    await loader.restore(undefined);
    expect(cell.current?.manifest.version).toBe(1);
    expect(await codeOf(await seal({ late: rolledOut("on") }, { version: 1n }))).toBe("ROLLBACK");
    expect(await codeOf(v2)).toBeUndefined();
  });
});
