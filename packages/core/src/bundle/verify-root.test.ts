/** Roots: which a client may be built with, and which may follow. @module */
import { KeyAlgorithm, RootSchema } from "@aplomb/proto/trust";
import {
  createTestKey,
  createTestKeys,
  signEnvelope,
  signRoot,
  type TestKey,
  verifyWithWebCrypto,
} from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { type FlagErrorCode, isFlagError } from "../errors.js";
import { ROOT_TYPE, type TrustedRoot } from "../trust.js";
import { openRoot, verifyNextRoot } from "./verify-root.js";

const keys = await createTestKeys();
const [a, b, c, d, bundleKey] = await Promise.all(["a", "b", "c", "d", "bundle"].map((name) => createTestKey(name)));
const present = (key: TestKey | undefined): TestKey => key ?? expect.unreachable();
const [A, B, C, D] = [a, b, c, d].map(present) as [TestKey, TestKey, TestKey, TestKey];
const bundleKeys = [present(bundleKey)];

describe("openRoot", () => {
  const rootOf = (root: Parameters<typeof create<typeof RootSchema>>[1]): Promise<Uint8Array> =>
    signEnvelope(ROOT_TYPE, toBinary(RootSchema, create(RootSchema, root)), [keys.rootKey]);
  const key = { keyid: "k", alg: KeyAlgorithm.ED25519, publicKey: keys.bundleKey.publicKey.slice() };
  const nine = Array.from({ length: 9 }, (_, place) => ({
    ...{
      keyid: `k${place}`,
      alg: KeyAlgorithm.ED25519,
      publicKey: A.publicKey.map((byte, at) => (at === 9 ? place : byte)),
    },
  })).concat(key);
  const role = { keyids: ["k"], threshold: 1 };
  test.each([
    { name: "no bundle role", root: { keys: [key], root: role } },
    { name: "a threshold of zero", root: { keys: [key], root: role, bundle: { keyids: ["k"] } } },
    {
      name: "a threshold beyond its keys",
      root: { keys: [key], root: role, bundle: { keyids: ["k", "k"], threshold: 2 } },
    },
    {
      name: "one key under two names",
      root: { keys: [key, { ...key, keyid: "l" }], root: role, bundle: { keyids: ["k", "l"], threshold: 2 } },
    },
    { name: "a short key", root: { keys: [{ ...key, publicKey: new Uint8Array(31) }], root: role, bundle: role } },
    {
      name: "B-17 a key of small order",
      root: { keys: [{ ...key, publicKey: new Uint8Array(32) }], root: role, bundle: role },
    },
    {
      name: "two keys under one name",
      root: { keys: [key, { ...key, publicKey: A.publicKey.slice() }], root: role, bundle: role },
    },
    {
      name: "nine keys for one role",
      root: { keys: nine, root: role, bundle: { keyids: nine.map(({ keyid }) => keyid), threshold: 1 } },
    },
    { name: "no algorithm", root: { keys: [{ ...key, alg: 0 }], root: role, bundle: role } },
  ])("refuses $name", async ({ root }) => {
    const envelope = await rootOf(root);
    expect(() => openRoot(envelope)).toThrow(expect.objectContaining({ code: "ROOT" }));
  });

  test("a manifest is not a root", async () => {
    const { manifest } = await keys.seal(new Uint8Array([1]));
    expect(() => openRoot(manifest)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
  });
});

/** Two of A, B and C. */
const first = { rootKeys: [A, B, C], rootThreshold: 2, bundleKeys };
const trusted = openRoot(await signRoot({ ...first, version: 5n, epoch: 3n }, [A, B]));
/** Two of B, C and D follow. */
const second = { rootKeys: [B, C, D], rootThreshold: 2, bundleKeys, version: 6n, epoch: 3n };

async function codeOf(envelope: Uint8Array, root: TrustedRoot = trusted): Promise<FlagErrorCode | "ok"> {
  try {
    const next = await verifyNextRoot(envelope, root, verifyWithWebCrypto);
    expect(next.version).toBe(root.version + 1);
    return "ok";
  } catch (error) {
    if (isFlagError(error)) return error.code;
    throw error;
  }
}

describe("B-13 verifyNextRoot", () => {
  test.each<{
    name: string;
    root?: Partial<typeof second> & { trustDomain?: string };
    signers: TestKey[];
    code: string;
  }>([
    { name: "both thresholds by two keys of both", signers: [B, C], code: "ok" },
    { name: "both thresholds by three keys", signers: [A, B, D], code: "ok" },
    { name: "the old threshold only", signers: [A, B], code: "SIGNATURE" },
    { name: "the new threshold only", signers: [B, D], code: "SIGNATURE" },
    { name: "one key of both, twice", signers: [B, B], code: "SIGNATURE" },
    { name: "one key of both under two names", signers: [B, { ...B, keyid: "alias" }], code: "SIGNATURE" },
    { name: "nobody", signers: [], code: "SIGNATURE" },
    { name: "the bundle's key", signers: bundleKeys, code: "SIGNATURE" },
    { name: "a gap", root: { version: 7n }, signers: [B, C], code: "ROOT" },
    { name: "the same version again", root: { version: 5n }, signers: [B, C], code: "ROOT" },
    { name: "an older version", root: { version: 4n }, signers: [B, C], code: "ROOT" },
    { name: "a higher epoch", root: { epoch: 4n }, signers: [B, C], code: "ok" },
    { name: "a lower epoch", root: { epoch: 2n }, signers: [B, C], code: "ROOT" },
    { name: "another trust domain", root: { trustDomain: "other" }, signers: [B, C], code: "ROOT" },
    { name: "a threshold beyond its keys", root: { rootThreshold: 4 }, signers: [B, C], code: "ROOT" },
  ])("$name → $code", async ({ root, signers, code }) => {
    expect(await codeOf(await signRoot({ ...second, ...root }, signers))).toBe(code);
  });

  test("an expired root is a step like any other", async () => {
    expect(await codeOf(await signRoot({ ...second, expiresAtMs: 1n }, [B, C]))).toBe("ok");
  });

  test("B-09 a manifest, or a root under another name, is no root", async () => {
    const { manifest } = await keys.seal(new Uint8Array([1]));
    expect(await codeOf(manifest)).toBe("MALFORMED");
    const payload = toBinary(RootSchema, create(RootSchema, { version: 6n }));
    expect(await codeOf(await signEnvelope(`${ROOT_TYPE} `, payload, [B, C]))).toBe("MALFORMED");
  });
});
