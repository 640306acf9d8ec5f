/** Who is believed: signatures, audiences, floors, and the bytes around them. @module */

import { EnvelopeSchema } from "@aplomb/proto/trust";
import { createSeededRandom, createTestKey, createTestKeys, verifyWithWebCrypto } from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "vitest";
import { type FlagErrorCode, isFlagError } from "../errors.js";
import { type Floor, MANIFEST_TYPE, type Trust } from "../trust.js";
import { preAuthEncoding } from "./pre-auth-encoding.js";
import { readEnvelope } from "./read-envelope.js";
import { checkBundle, verifyManifest } from "./verify-manifest.js";

const DEEP = process.env.APLOMB_DEEP === "1";
const keys = await createTestKeys();
const stranger = await createTestKey("stranger");
const sealed = await keys.seal(new Uint8Array([1, 2, 3]), { version: 5n });

async function codeOf(envelope: Uint8Array, trust: Trust = keys.trust, floor?: Floor): Promise<FlagErrorCode | "ok"> {
  try {
    await verifyManifest(envelope, trust, { floor, verifySignature: verifyWithWebCrypto });
    return "ok";
  } catch (error) {
    if (isFlagError(error)) return error.code;
    throw error;
  }
}

describe("verifyManifest", () => {
  test("gives what was signed", async () => {
    const manifest = await verifyManifest(sealed.manifest, keys.trust, { verifySignature: verifyWithWebCrypto });
    expect(manifest).toMatchObject({
      ...{ trustDomain: "test", audience: "web.test", epoch: 1, version: 5, rootVersion: 1 },
      ...{ sha256: sealed.sha256, sizeBytes: 3, allowShrink: false },
    });
  });

  test("B-01 no flipped bit is believed", { timeout: 60_000 }, async () => {
    const random = createSeededRandom(1);
    const bits = sealed.manifest.length * 8;
    const chosen = DEEP
      ? Array.from({ length: bits }, (_, i) => i)
      : Array.from({ length: 400 }, () => Math.floor(random.next() * bits));
    for (const bit of chosen) {
      const envelope = sealed.manifest.slice();
      envelope[bit >> 3] = (envelope[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const code = await codeOf(envelope);
      // The key id is a hint: a flipped one changes nothing, by design (B-12).
      if (code === "ok") expect(readEnvelope(envelope).signatures[0]?.keyid).not.toBe(keys.bundleKey.keyid);
      else expect(["SIGNATURE", "MALFORMED", "LIMIT"]).toContain(code);
    }
  });

  const payload = readEnvelope(sealed.manifest).payload.slice();
  const envelopeOf = (
    signatures: { sig: Uint8Array<ArrayBuffer>; keyid: string }[],
    payloadType = MANIFEST_TYPE,
  ): Uint8Array => toBinary(EnvelopeSchema, create(EnvelopeSchema, { payload, payloadType, signatures }));
  let good: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    good = await keys.bundleKey.sign(preAuthEncoding(MANIFEST_TYPE, payload));
  });

  test.each<{ name: string; make: () => { sig: Uint8Array<ArrayBuffer>; keyid: string }[]; code: string }>([
    { name: "no signatures", make: () => [], code: "SIGNATURE" },
    { name: "an empty signature", make: () => [{ sig: new Uint8Array(), keyid: "" }], code: "MALFORMED" },
    { name: "63 bytes", make: () => [{ sig: good.slice(0, 63), keyid: "" }], code: "MALFORMED" },
    { name: "65 bytes", make: () => [{ sig: new Uint8Array([...good, 0]), keyid: "" }], code: "MALFORMED" },
    { name: "zeros", make: () => [{ sig: new Uint8Array(64), keyid: "bundle-1" }], code: "SIGNATURE" },
    { name: "no key id", make: () => [{ sig: good, keyid: "" }], code: "ok" },
    { name: "an unknown key id", make: () => [{ sig: good, keyid: "unknown" }], code: "ok" },
    {
      name: "one good among junk",
      make: () => [...Array(6).fill({ sig: new Uint8Array(64), keyid: "x" }), { sig: good, keyid: "bundle-1" }],
      code: "ok",
    },
    { name: "B-12 nine signatures", make: () => Array(9).fill({ sig: good, keyid: "" }), code: "LIMIT" },
    { name: "a long key id", make: () => [{ sig: good, keyid: "k".repeat(65) }], code: "LIMIT" },
  ])("B-02 $name → $code", async ({ make, code }) => {
    expect(await codeOf(envelopeOf(make()))).toBe(code);
  });

  test("B-02 a stranger's signature, and the root key's, are not the bundle role's", async () => {
    expect(await codeOf(await keys.signManifest({}, [stranger]))).toBe("SIGNATURE");
    expect(await codeOf(await keys.signManifest({}, [keys.rootKey]))).toBe("SIGNATURE");
  });

  test.each([
    "application/vnd.aplomb.root.v1+protobuf",
    MANIFEST_TYPE.toUpperCase(),
    `${MANIFEST_TYPE} `,
    "",
    "text/plain",
  ])("B-09 payload type %j is not a manifest's", async (payloadType) => {
    const sig = await keys.bundleKey.sign(preAuthEncoding(payloadType, payload));
    expect(await codeOf(envelopeOf([{ sig, keyid: "" }], payloadType))).toBe("MALFORMED");
  });

  test.each<{ name: string; floor: Floor; code: string }>([
    { name: "the same version and digest", floor: { epoch: 1, version: 5, sha256: sealed.sha256 }, code: "ok" },
    { name: "a lower version before", floor: { epoch: 1, version: 4, sha256: "x" }, code: "ok" },
    { name: "a higher version before", floor: { epoch: 1, version: 6, sha256: sealed.sha256 }, code: "ROLLBACK" },
    {
      name: "B-04 the same version, another digest",
      floor: { epoch: 1, version: 5, sha256: "x" },
      code: "EQUIVOCATION",
    },
    { name: "a lower epoch before", floor: { epoch: 0, version: 2 ** 53 - 1, sha256: "x" }, code: "ok" },
    { name: "a higher epoch before", floor: { epoch: 2, version: 1, sha256: "x" }, code: "ROLLBACK" },
  ])("B-03 $name → $code", async ({ floor, code }) => {
    expect(await codeOf(sealed.manifest, keys.trust, floor)).toBe(code);
  });

  test("B-08 of four audiences in two trust domains, only the client's own is believed", async () => {
    const audiences = ["web.test", "web.prod", "service.test", "web.tes"];
    for (const audience of audiences) {
      for (const trustDomain of ["test", "other"]) {
        const envelope = await keys.signManifest({
          audience,
          trustDomain,
          bundle: { sha256: new Uint8Array(32), sizeBytes: 1n },
        });
        for (const wanted of audiences) {
          const expected = audience === wanted && trustDomain === "test" ? "ok" : "AUDIENCE";
          expect(await codeOf(envelope, { ...keys.trust, audience: wanted })).toBe(expected);
        }
      }
    }
  });

  const bundle = { sha256: new Uint8Array(32), sizeBytes: 1n };
  test.each([
    { name: "a newer reader", manifest: { minReader: 2, bundle }, code: "READER" },
    { name: "a newer root", manifest: { rootVersion: 2n, bundle }, code: "ROOT" },
    { name: "a newer epoch", manifest: { epoch: 2n, bundle }, code: "ROOT" },
    { name: "an older epoch", manifest: { epoch: 0n, bundle }, code: "ROLLBACK" },
    {
      name: "issued after the root expired",
      manifest: { issuedAtMs: BigInt(Date.now() + 366 * 86_400_000), bundle },
      code: "ROOT",
    },
    { name: "no bundle", manifest: {}, code: "MALFORMED" },
    { name: "B-06 version 2^64-1", manifest: { version: 2n ** 64n - 1n, bundle }, code: "LIMIT" },
    { name: "B-06 version 2^53-1", manifest: { version: 2n ** 53n - 1n, bundle }, code: "ok" },
  ])("$name → $code", async ({ manifest, code }) => {
    expect(await codeOf(await keys.signManifest(manifest))).toBe(code);
  });

  test("B-11 a threshold of two needs two keys, not two names or two copies", async () => {
    const second = await createTestKey("bundle-2");
    const same = { ...keys.bundleKey, keyid: "alias" };
    const trust = (listed: readonly { keyid: string; publicKey: Uint8Array }[]): Trust => {
      const role = {
        keys: listed.map(({ keyid, publicKey }) => ({ keyid, publicKey, alg: "ed25519" as const })),
        threshold: 2,
      };
      return { ...keys.trust, root: { ...keys.trust.root, bundle: role } };
    };
    const both = trust([keys.bundleKey, second]);
    const once = await keys.signManifest({ bundle }, [keys.bundleKey]);
    const twice = await keys.signManifest({ bundle }, [keys.bundleKey, same]);
    const honest = await keys.signManifest({ bundle }, [keys.bundleKey, second]);
    expect([await codeOf(once, both), await codeOf(twice, both), await codeOf(honest, both)]).toEqual([
      "SIGNATURE",
      "SIGNATURE",
      "ok",
    ]);
  });
});

describe("readEnvelope", () => {
  const bytes = sealed.manifest;
  const field = (tag: number, ...content: number[]): number[] => [tag, content.length, ...content];
  test.each<{ name: string; envelope: Uint8Array; code: string }>([
    { name: "nothing", envelope: new Uint8Array(), code: "MALFORMED" },
    { name: "a trailing byte", envelope: new Uint8Array([...bytes, 0]), code: "MALFORMED" },
    { name: "the last byte missing", envelope: bytes.slice(0, -1), code: "MALFORMED" },
    { name: "a second payload", envelope: new Uint8Array([...bytes, ...field(10, 1)]), code: "MALFORMED" },
    { name: "a second type", envelope: new Uint8Array([...bytes, ...field(18, 65)]), code: "MALFORMED" },
    { name: "an unknown field", envelope: new Uint8Array([...bytes, ...field(34, 1)]), code: "MALFORMED" },
    { name: "a group", envelope: new Uint8Array([...bytes, 11]), code: "MALFORMED" },
    { name: "an over-long length", envelope: new Uint8Array([10, 0x81, 0x00, 1]), code: "MALFORMED" },
    { name: "a length beyond the end", envelope: new Uint8Array([10, 0xff, 0xff, 0xff, 0x0f]), code: "MALFORMED" },
    { name: "HTML", envelope: new TextEncoder().encode("<!doctype html><title>502</title>"), code: "MALFORMED" },
    { name: "JSON", envelope: new TextEncoder().encode('{"payload":""}'), code: "MALFORMED" },
    {
      name: "P-05 a million signatures",
      envelope: new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 26 : 0)),
      code: "LIMIT",
    },
  ])("B-18 $name → $code", async ({ envelope, code }) => {
    expect(await codeOf(envelope)).toBe(code);
  });

  test("B-18 what is decoded is the very slice that was verified, whatever happens to the envelope meanwhile", async () => {
    const envelope = bytes.slice();
    const manifest = await verifyManifest(envelope, keys.trust, {
      async verifySignature(...signed) {
        const holds = await verifyWithWebCrypto(...signed);
        envelope.fill(0x5a, 10, 60);
        return holds;
      },
    });
    expect(envelope).not.toEqual(bytes);
    expect(manifest).toEqual(await verifyManifest(bytes, keys.trust, { verifySignature: verifyWithWebCrypto }));
  });
});

test("B-19 the encoding that is signed is DSSE's", () => {
  const body = new TextEncoder().encode("hello world");
  const expected = "DSSEv1 29 http://example.com/HelloWorld 11 hello world";
  expect(new TextDecoder().decode(preAuthEncoding("http://example.com/HelloWorld", body))).toBe(expected);
});

test.each([
  { name: "the very bytes", bytes: [1, 2, 3], ok: true },
  { name: "other bytes", bytes: [1, 2, 4], ok: false },
  { name: "fewer bytes", bytes: [1, 2], ok: false },
])("B-07 checkBundle: $name → $ok", async ({ bytes, ok }) => {
  const manifest = await verifyManifest(sealed.manifest, keys.trust, { verifySignature: verifyWithWebCrypto });
  const bundle = Uint8Array.from(bytes);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bundle));
  const check = expect(() => checkBundle(manifest, bundle, digest));
  if (ok) check.not.toThrow();
  else check.toThrow(expect.objectContaining({ code: "HASH" }));
});
