/** Versions, freshness and signatures of manifests. @module */
import { createHash, createPublicKey, verify } from "node:crypto";
import { openRoot, verifyManifest } from "@aplomb/core";
import { EnvelopeSchema } from "@aplomb/proto/trust";
import { fromBinary } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "vitest";
import type { BuiltBundle } from "../built-bundle.js";
import { signingKeyOf, verifySignature } from "../ed25519.js";
import type { PublishingKeys } from "../signing-key.js";
import { type GenerateOptions, generateKeys } from "./generate-keys.js";
import { type SignOptions, signBundle } from "./sign-bundle.js";

const HOUR = 3_600_000;
const start = Date.UTC(2026, 10, 22);

function bundleOf(...content: number[]): BuiltBundle {
  const bytes = Uint8Array.from(content);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { audience: "web.test", kind: "browser", trustDomain: "shop.example", bytes, sha256, flags: [] };
}

async function keysOf(options: Partial<GenerateOptions> = {}): Promise<PublishingKeys> {
  const generated = await generateKeys({ trustDomain: "shop.example", atMs: start, ...options });
  return { rootEnvelope: generated.rootEnvelope, bundleKey: await signingKeyOf(generated.bundleKey) };
}

let keys: PublishingKeys;
let others: PublishingKeys;
beforeAll(async () => {
  keys = await keysOf();
  others = await keysOf();
});

const sign = (bundle: BuiltBundle, options: Partial<SignOptions> = {}) =>
  signBundle(bundle, { keys, atMs: start, ...options });

describe("versions", () => {
  test("the first is 1", async () => {
    expect(await sign(bundleOf(1))).toMatchObject({
      change: "new",
      manifest: { version: 1, epoch: 1, rootVersion: 1 },
    });
  });

  test.each([
    { title: "other bytes get the next", content: [2], afterMs: 0, expected: { change: "new", version: 2 } },
    {
      title: "the same bytes keep theirs",
      content: [1],
      afterMs: 11 * HOUR,
      expected: { change: "unchanged", version: 1 },
    },
    {
      title: "the same bytes are signed again at half-life",
      content: [1],
      afterMs: 12 * HOUR,
      expected: { change: "refreshed", version: 1 },
    },
    {
      title: "also long past freshness",
      content: [1],
      afterMs: 1_000 * HOUR,
      expected: { change: "refreshed", version: 1 },
    },
    {
      title: "a clock that was set back changes nothing",
      content: [1],
      afterMs: -HOUR,
      expected: { change: "unchanged", version: 1 },
    },
    {
      title: "a higher one may be asked for",
      content: [2],
      afterMs: 0,
      version: 9,
      expected: { change: "new", version: 9 },
    },
  ])("$title", async ({ content, afterMs, version, expected }) => {
    const last = await sign(bundleOf(1));
    const { change, manifest } = await sign(bundleOf(...content), { last, atMs: start + afterMs, version });
    expect({ change, version: manifest.version }).toEqual(expected);
  });

  test.each([
    { title: "the last again", version: 5 },
    { title: "one below", version: 4 },
    { title: "zero", version: 0 },
    { title: "a fraction", version: 6.5 },
    { title: "more than a double can count", version: 2 ** 53 },
  ])("refuses $title", async ({ version }) => {
    const last = await sign(bundleOf(1), { version: 5 });
    await expect(sign(bundleOf(2), { last, version })).rejects.toMatchObject({ code: "VERSION" });
  });

  test("begin again at 1 in a higher epoch, and never go back to a lower one", async () => {
    const newer = await keysOf({ dev: true });
    const last = await sign(bundleOf(1), { version: 7 });
    const next = await sign(bundleOf(1), { last, keys: newer });
    expect(next).toMatchObject({ change: "new", manifest: { version: 1, epoch: start / 1000 } });
    await expect(sign(bundleOf(1), { last: next })).rejects.toMatchObject({ code: "VERSION" });
  });

  test("another key signs the same version again", async () => {
    const last = await sign(bundleOf(1));
    expect(await sign(bundleOf(1), { last, keys: others })).toMatchObject({
      change: "refreshed",
      manifest: { version: 1 },
    });
  });
});

describe("manifests", () => {
  test("say everything a client checks", async () => {
    const { manifest } = await sign(bundleOf(1, 2, 3), { freshForMs: HOUR, allowShrink: true });
    expect(manifest).toEqual({
      trustDomain: "shop.example",
      audience: "web.test",
      rootVersion: 1,
      epoch: 1,
      version: 1,
      issuedAtMs: start,
      freshUntilMs: start + HOUR,
      sha256: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
      sizeBytes: 3,
      minReader: 1,
      ring: 0,
      allowShrink: true,
    });
  });

  test("are believed by core under their own root, and no other", async () => {
    const { envelope, manifest } = await sign(bundleOf(1));
    const trust = (rootEnvelope: Uint8Array) => ({ root: openRoot(rootEnvelope), audience: "web.test" });
    expect(await verifyManifest(envelope, trust(keys.rootEnvelope), { verifySignature })).toEqual(manifest);
    await expect(verifyManifest(envelope, trust(others.rootEnvelope), { verifySignature })).rejects.toMatchObject({
      code: "SIGNATURE",
    });
  });

  test("hold up to an independent verifier, over DSSE's encoding", async () => {
    const { envelope } = await sign(bundleOf(1));
    const { payload, payloadType, signatures } = fromBinary(EnvelopeSchema, envelope);
    const head = `DSSEv1 43 application/vnd.aplomb.manifest.v1+protobuf ${payload.length} `;
    const x = Buffer.from(keys.bundleKey.publicKey).toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    expect(payloadType).toBe("application/vnd.aplomb.manifest.v1+protobuf");
    expect(signatures.map(({ keyid }) => keyid)).toEqual([keys.bundleKey.keyid]);
    expect(verify(null, Buffer.concat([Buffer.from(head), payload]), key, signatures[0]!.sig)).toBe(true);
  });
});

describe("keys that do not fit", () => {
  test.each([
    { title: "of another trust domain", code: "TRUST_DOMAIN", take: () => keysOf({ trustDomain: "other.example" }) },
    {
      title: "that the root does not list",
      code: "KEYS_UNREADABLE",
      take: async () => ({ ...keys, bundleKey: others.bundleKey }),
    },
    {
      title: "with a root that is none",
      code: "MALFORMED",
      take: async () => ({ ...keys, rootEnvelope: new Uint8Array(3) }),
    },
  ])("$title", async ({ code, take }) => {
    await expect(sign(bundleOf(1), { keys: await take() })).rejects.toMatchObject({ code });
  });
});
