/** Roots that follow one another: which are fetched, believed and kept, and what is refused. @module */
import type { FlagErrorCode } from "@aplomb/core";
import { describe, expect, test } from "vitest";
import type { createMemorySource } from "../testing/memory-source.js";
import { type Era, erasAfter, firstEra, newKey, nextEra, sealUnder } from "../testing/test-domain.js";
import { createTestLoader } from "../testing/test-loader.js";

const first = await firstEra();

const publishAll = (source: ReturnType<typeof createMemorySource>, eras: readonly Era[]): void => {
  for (const era of eras) source.publishRoot(Number(era.version), era.envelope);
};

describe("B-13 a chain of roots", () => {
  test.each([1, 2, 64])("of %d is followed in one refresh, one by one, and kept", async (hops) => {
    const eras = await erasAfter(first, hops);
    const { load, source, roots, contents } = createTestLoader(first);
    publishAll(source, eras);
    expect(await load(await sealUnder(eras.at(-1) ?? first, 1n))).toBe("ok");
    expect(source.rootRequests).toEqual(eras.map((era) => Number(era.version)));
    expect([roots.current.version, contents.roots.length]).toEqual([hops + 1, hops]);
  });

  test("of 65 is followed for 64, and to its end at the next refresh", async () => {
    const eras = await erasAfter(first, 65);
    const { load, source, roots, version } = createTestLoader(first);
    publishAll(source, eras);
    const last = await sealUnder(eras.at(-1) ?? first, 1n);
    expect([await load(last), roots.current.version, version()]).toEqual(["ROOT", 65, 0]);
    expect([await load(last), roots.current.version, version()]).toEqual(["ok", 66, 1]);
    expect(source.rootRequests).toHaveLength(65);
  });

  test.each<{ name: string; make: (second: Era) => Promise<Era | undefined>; code: FlagErrorCode }>([
    { name: "a gap", make: async () => undefined, code: "ROOT" },
    { name: "N+2 in the place of N+1", make: async (second) => nextEra(second), code: "ROOT" },
    { name: "N again", make: async () => first, code: "ROOT" },
    { name: "the old keys only", make: async () => changedKeys(first.rootKeys.slice(0, 2)), code: "SIGNATURE" },
    { name: "the new keys only", make: async () => changedKeys(), code: "SIGNATURE" },
  ])("is not followed over $name", async ({ make, code }) => {
    const second = await nextEra(first);
    const third = await nextEra(second);
    const { load, source, roots, version } = createTestLoader(first);
    const wrong = await make(second);
    if (wrong) source.publishRoot(2, wrong.envelope);
    source.publishRoot(3, third.envelope);
    expect([await load(await sealUnder(third, 1n)), roots.current.version, version()]).toEqual([code, 1, 0]);
    source.publishRoot(2, second.envelope);
    expect([await load(await sealUnder(third, 2n)), version()]).toEqual(["ok", 2]);
  });

  /** Root 2 with keys of which root 1 has none. */
  async function changedKeys(signers?: Era["rootKeys"]): Promise<Era> {
    const rootKeys = await Promise.all(["x", "y", "z"].map(newKey));
    return nextEra(first, { rootKeys }, signers ?? rootKeys.slice(0, 2));
  }

  test("is followed over roots that have expired, and over root keys that change", async () => {
    const fresh = await newKey("fresh");
    const second = await nextEra(first, { expiresAtMs: 1n });
    const third = await nextEra(second, { rootKeys: [...second.rootKeys.slice(1), fresh] });
    const { load, source } = createTestLoader(first);
    publishAll(source, [second, third]);
    expect(await load(await sealUnder(third, 1n))).toBe("ok");
  });

  test("outlives the process: roots that were kept are not fetched again, nor can be taken back", async () => {
    const eras = await erasAfter(first, 3);
    const before = createTestLoader(first);
    publishAll(before.source, eras);
    await before.load(await sealUnder(eras[2] ?? first, 4n));
    const after = createTestLoader(first, before.contents);
    await after.loader.restore(undefined);
    expect([after.roots.current.version, after.version(), after.warnings]).toEqual([4, 4, []]);
    expect(await after.load(await sealUnder(eras[2] ?? first, 5n))).toBe("ok");
    expect(after.source.rootRequests).toEqual([]);
  });

  test("an application that pins a newer root goes on from there", async () => {
    const eras = await erasAfter(first, 3);
    const before = createTestLoader(first);
    publishAll(before.source, eras);
    await before.load(await sealUnder(eras[2] ?? first, 4n));
    const after = createTestLoader(eras[1] ?? first, before.contents);
    await after.loader.restore(undefined);
    expect([after.roots.current.version, after.version()]).toEqual([4, 4]);
  });

  test("roots that were kept and do not hold are passed over, and fetched again", async () => {
    const [second = first] = await erasAfter(first, 1);
    const junk = { version: 2, envelope: second.envelope.map((byte, at) => (at === 90 ? byte ^ 1 : byte)) };
    const { loader, load, source, roots, warnings } = createTestLoader(first, { roots: [junk] });
    await loader.restore(undefined);
    expect(warnings).toEqual([expect.stringMatching(/^CACHE (SIGNATURE|MALFORMED|ROOT|LIMIT)/)]);
    publishAll(source, [second]);
    expect([await load(await sealUnder(second, 1n)), roots.current.version]).toEqual(["ok", 2]);
  });
});

test("a forged manifest can make a client ask for one root, and believe nothing", async () => {
  const { load, source, version } = createTestLoader(first);
  const thief = await newKey("thief");
  const forged = await sealUnder({ ...first, version: 9_000_000n }, 7n, { signer: thief });
  expect([await load(forged), source.rootRequests, version()]).toEqual(["SIGNATURE", [2], 0]);
});

test("B-06 a stolen key fast-forwards; a root of a higher epoch takes the floor back down", async () => {
  const { load, source, version } = createTestLoader(first);
  expect([await load(await sealUnder(first, 5n)), version()]).toEqual(["ok", 5]);
  expect([await load(await sealUnder(first, 2n ** 53n - 1n)), version()]).toEqual(["ok", 2 ** 53 - 1]);
  expect(await load(await sealUnder(first, 6n))).toBe("ROLLBACK");
  const second = await nextEra(first, { epoch: 2n, bundleKeys: [await newKey("bundle-2")] });
  publishAll(source, [second]);
  expect([await load(await sealUnder(second, 1n)), version()]).toEqual(["ok", 1]);
});

test("B-15 after an emergency root, nothing that the old key has signed is believed, recorded or new", async () => {
  const { load, source, version } = createTestLoader(first);
  const recorded = [];
  for (let v = 1n; v <= 5n; v++) recorded.push(await sealUnder(first, v));
  for (const sealed of recorded) expect(await load(sealed)).toBe("ok");
  const second = await nextEra(first, { epoch: 2n, bundleKeys: [await newKey("bundle-2")] });
  publishAll(source, [second]);
  expect(await load(await sealUnder(second, 1n))).toBe("ok");
  const signer = first.bundleKeys[0];
  const stolen = [
    ...recorded,
    await sealUnder(first, 2n ** 53n - 1n),
    await sealUnder({ ...first, epoch: 2n }, 2n, { signer }),
    await sealUnder({ ...first, epoch: 3n }, 2n, { signer }),
    await sealUnder(second, 2n, { signer }),
    await sealUnder({ ...second, version: 3n, epoch: 3n }, 2n, { signer }),
  ];
  for (const sealed of stolen) expect(["SIGNATURE", "ROLLBACK"]).toContain(await load(sealed));
  expect(version()).toBe(1);
});

test("a root that has ended: what was issued before still holds, but is not called fresh beyond it", async () => {
  const endsAtMs = BigInt(Date.now() + 86_400_000);
  const short = await nextEra(first, { expiresAtMs: endsAtMs });
  const { load, source, loader, version } = createTestLoader(first);
  publishAll(source, [short]);
  expect(await load(await sealUnder(short, 1n))).toBe("ok");
  expect(await load(await sealUnder(short, 2n, { issuedAtMs: endsAtMs + 1n }))).toBe("ROOT");
  expect([version(), loader.candidateVersion]).toEqual([1, 0]);
});
