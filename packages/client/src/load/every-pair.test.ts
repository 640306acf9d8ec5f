/** Every pair of versions, and of manifests and bundles: nothing goes back, nothing is mixed, and what fails the test stays out. @module */
import { evaluateAll, type FlagSet } from "@aplomb/core";
import type { SealedBundle } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { AUDIENCE, keys, rolledOut, seal } from "../testing/sealed-bundles.js";
import { createTestLoader, type TestLoader } from "../testing/test-loader.js";

const root = { envelope: keys.rootEnvelope };
const flag = (version: number) => ({
  checkout: rolledOut(version % 2 === 0 ? "on" : "off"),
  [`v${version}`]: rolledOut("on"),
});
const versions = await Promise.all(
  Array.from({ length: 50 }, (_, at) => seal(flag(at + 1), { version: BigInt(at + 1) })),
);

/** Each older version, to a client that has a newer one: what became of them. */
async function rollBack({ load, version }: TestLoader, newer: number): Promise<Set<unknown>> {
  const outcomes = new Set<unknown>();
  for (const older of versions.slice(0, newer)) outcomes.add(await load(older));
  expect(version()).toBe(newer + 1);
  return outcomes;
}

test("B-03 of 1,225 pairs of versions none goes back, before and after a restart", async () => {
  for (const [place, newer] of versions.entries()) {
    const client = createTestLoader(root);
    expect(await client.load(newer)).toBe("ok");
    expect(await rollBack(client, place)).toEqual(new Set(place === 0 ? [] : ["ROLLBACK"]));
    const restarted = createTestLoader(root, client.contents);
    await restarted.loader.restore(undefined);
    expect(await rollBack(restarted, place)).toEqual(new Set(place === 0 ? [] : ["ROLLBACK"]));
  }
});

test("B-07 of ten manifests and ten bundles only those that belong together activate", async () => {
  const ten = versions.slice(0, 10);
  for (const [i, { manifest, sha256 }] of ten.entries()) {
    for (const [j, { bundle }] of ten.entries()) {
      const { load, version } = createTestLoader(root);
      const mixed: SealedBundle = { manifest, sha256, bundle };
      expect([i, j, await load(mixed), version()]).toEqual(i === j ? [i, j, "ok", i + 1] : [i, j, "HASH", 0]);
    }
  }
});

/** A flag set one of whose flags makes the evaluator throw. */
function poisoned(flagSet: FlagSet): FlagSet {
  const { flagNamed } = flagSet as FlagSet & { flagNamed(key: string): object };
  const throwing = {
    get state() {
      throw new TypeError("injected");
    },
    problem: "",
  };
  return Object.assign(flagSet, { flagNamed: (key: string) => (key === "v2" ? throwing : flagNamed(key)) });
}

test("A-01 I-04 an update on which the evaluator throws is refused, not fetched again, and the next one activates", async () => {
  const { load, cell, source, version } = createTestLoader(root, {}, poisoned);
  const [v1, v2, v3] = versions as [SealedBundle, SealedBundle, SealedBundle];
  expect(await load(v1)).toBe("ok");
  const before = cell.current;
  const answers = before && evaluateAll(before.flagSet, { targetingKey: "u" });
  expect([await load(v2), await load(v2), version()]).toEqual(["SELF_TEST", "SELF_TEST", 1]);
  expect(cell.current).toBe(before);
  expect(before && evaluateAll(before.flagSet, { targetingKey: "u" })).toEqual(answers);
  expect(source.bundleRequests).toEqual([v1.sha256, v2.sha256]);
  expect([await load(v3), version()]).toEqual(["ok", 3]);
});

test("at a cold start nothing is tried: the first bundle serves at once, whatever is in it", async () => {
  const { load, version } = createTestLoader(root, {}, poisoned);
  expect([await load(versions[1] as SealedBundle), version()]).toEqual(["ok", 2]);
});

test("P-09 an update with one flag that cannot be read activates, and names it", async () => {
  const { load, cell } = createTestLoader(root);
  await load(versions[0] as SealedBundle);
  const flags = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, rolledOut("on")]));
  const unknownField = new Uint8Array([0xfa, 0x07, 0x00]);
  expect(await load(await seal({ ...flags, f50: unknownField } as never, { version: 2n }))).toBe("ok");
  const set = cell.current?.flagSet ?? expect.unreachable();
  expect(set.diagnostics).toMatchObject([{ entry: "f50", severity: "quarantined" }]);
  const reasons = [...evaluateAll(set, { targetingKey: "u" })].map(([key, { reason }]) => `${reason} ${key === "f50"}`);
  expect(new Set(reasons)).toEqual(new Set(["STATIC false", "ERROR true"]));
  expect(reasons.filter((reason) => reason === "STATIC false")).toHaveLength(99);
  expect(cell.current?.manifest.audience).toBe(AUDIENCE);
});
