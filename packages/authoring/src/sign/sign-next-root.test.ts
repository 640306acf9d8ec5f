/** Roots that follow each other: what a change may be, who must sign, and who believes it. @module */
import { openRoot, type TrustedRoot } from "@aplomb/core";
import { beforeAll, describe, expect, test } from "vitest";
import { adding, type Ceremony, createCeremony, newKey } from "../../testdata/key-ceremony.js";
import type { SigningKey } from "../signing-key.js";
import { verifyNextRoot } from "../verify/verify-next-root.js";
import { signNextRoot } from "./sign-next-root.js";
import { publicHalf, ROOT_VALID_MS, signRoot } from "./sign-root.js";

const atMs = Date.UTC(2026, 10, 22);
let ceremony: Ceremony;
let fresh: SigningKey;
let root1: TrustedRoot;
beforeAll(async () => {
  ceremony = await createCeremony(atMs);
  fresh = await newKey();
  root1 = openRoot(ceremony.roots[0] as Uint8Array);
});

const idsOf = (keys: readonly { readonly keyid: string }[]) => keys.map(({ keyid }) => keyid);

describe("signNextRoot", () => {
  test("adds a bundle key beside the old one: overlap", async () => {
    const { keys } = await ceremony.next(adding(fresh));
    const next = await verifyNextRoot(root1, keys.rootEnvelope);
    expect(next).toMatchObject({ version: 2, epoch: 1, bundle: { threshold: 1 } });
    expect(idsOf(next.bundle.keys)).toEqual(idsOf([ceremony.bundleKey, fresh]));
    expect(idsOf(next.root.keys)).toEqual(idsOf(root1.root.keys));
  });

  test("drops a key and begins an epoch", async () => {
    const change = { ...adding(fresh), dropKeyids: [ceremony.bundleKey.keyid], raiseEpoch: true };
    const next = await verifyNextRoot(root1, (await ceremony.next(change)).keys.rootEnvelope);
    expect(next).toMatchObject({ version: 2, epoch: 2 });
    expect(idsOf(next.bundle.keys)).toEqual([fresh.keyid]);
  });

  test("without a change, only lasts longer, also after an expiry", async () => {
    const lateMs = root1.expiresAtMs + 1_000;
    const next = await verifyNextRoot(root1, (await ceremony.next({ atMs: lateMs })).keys.rootEnvelope);
    expect(next).toEqual({ ...root1, version: 2, issuedAtMs: lateMs, expiresAtMs: lateMs + ROOT_VALID_MS });
  });

  test("replaces a lost root key: two that are left and the new one", async () => {
    const [lost, ...left] = ceremony.rootKeys as [SigningKey, SigningKey, SigningKey];
    const change = { addRootKeys: [publicHalf(fresh)], dropKeyids: [lost.keyid], atMs };
    const next = await verifyNextRoot(root1, await signNextRoot(ceremony.keys.rootEnvelope, change, [...left, fresh]));
    expect(idsOf(next.root.keys)).toEqual(idsOf([...left, fresh]));
  });

  test.each([
    {
      title: "a key nobody knows",
      change: { dropKeyids: ["0123456789abcdef"] },
      code: "ROOT_CHANGE",
      message: /no key 0123/,
    },
    {
      title: "the last bundle key",
      change: () => ({ dropKeyids: [ceremony.bundleKey.keyid] }),
      code: "ROOT_CHANGE",
      message: /0 bundle keys would be left where 1 must agree/,
    },
    {
      title: "two of three root keys",
      change: () => ({ dropKeyids: idsOf(ceremony.rootKeys.slice(1)) }),
      code: "ROOT_CHANGE",
      message: /1 root keys would be left where 2/,
    },
  ])("refuses to drop $title", async ({ change, code, message }) => {
    const changed = ceremony.next(typeof change === "function" ? change() : change);
    await expect(changed).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test.each([
    {
      title: "one root key",
      signers: () => ceremony.rootKeys.slice(0, 1),
      message: /1 of the 2 root keys that root 1/,
    },
    {
      title: "one root key twice",
      signers: () => [ceremony.rootKeys[0]!, ceremony.rootKeys[0]!],
      message: /1 of the 2 root keys/,
    },
    { title: "the bundle key", signers: () => [ceremony.bundleKey, ceremony.rootKeys[0]!], message: /1 of the 2/ },
  ])("$title does not suffice", async ({ signers, message }) => {
    const signed = signNextRoot(ceremony.keys.rootEnvelope, { atMs }, signers());
    await expect(signed).rejects.toMatchObject({ code: "ROOT_KEYS_MISSING", message: expect.stringMatching(message) });
  });

  test("of eight keys at hand, no more sign than an envelope has room for", async () => {
    const many = await Promise.all(Array.from({ length: 8 }, newKey));
    const root = { ...root1, root: { keys: many.map(publicHalf), threshold: 2 } };
    const first = await signRoot(root, many.slice(0, 2));
    expect(await verifyNextRoot(root, await signNextRoot(first, { atMs }, many))).toMatchObject({ version: 2 });
  });
});

describe("B-13 verifyNextRoot", () => {
  const crafted = (change: Partial<TrustedRoot>, signers: readonly SigningKey[]) =>
    signRoot({ ...root1, version: 2, ...change }, signers);
  test.each([
    { title: "a gap", change: { version: 3 }, code: "ROOT" },
    { title: "the same version", change: { version: 1 }, code: "ROOT" },
    { title: "an epoch that falls", change: { epoch: 0 }, code: "ROOT" },
    { title: "another trust domain", change: { trustDomain: "evil.example" }, code: "ROOT" },
  ])("refuses $title", async ({ change, code }) => {
    await expect(verifyNextRoot(root1, await crafted(change, ceremony.rootKeys))).rejects.toMatchObject({ code });
  });

  test("refuses what only the new keys signed, and what only the old ones did", async () => {
    const others = await Promise.all([newKey(), newKey()]);
    const taken = { root: { keys: others.map(publicHalf), threshold: 2 } };
    for (const signers of [others, ceremony.rootKeys]) {
      await expect(verifyNextRoot(root1, await crafted(taken, signers))).rejects.toMatchObject({ code: "SIGNATURE" });
    }
    const both = await crafted(taken, [...ceremony.rootKeys, ...others]);
    expect(await verifyNextRoot(root1, both)).toMatchObject({ version: 2 });
  });
});
