/** Who is believed: signatures, audiences, floors. @module */

import { EnvelopeSchema } from "@aplomb/proto/trust";
import { createTestKey, createTestKeys, verifyWithWebCrypto } from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "vitest";
import { type FlagErrorCode, isFlagError } from "../errors.js";
import { type Floor, MANIFEST_TYPE, type Trust } from "../trust.js";
import { preAuthEncoding } from "./pre-auth-encoding.js";
import { readEnvelope } from "./read-envelope.js";
import { checkBundle, verifyManifest } from "./verify-manifest.js";

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
    { name: "no list of signatures", make: () => [], code: "SIGNATURE" },
    { name: "an empty signature", make: () => [{ sig: new Uint8Array(), keyid: "" }], code: "MALFORMED" },
    {
      name: "a key id without a signature",
      make: () => [{ sig: new Uint8Array(), keyid: "bundle-1" }],
      code: "MALFORMED",
    },
    { name: "one byte", make: () => [{ sig: good.slice(0, 1), keyid: "bundle-1" }], code: "MALFORMED" },
    { name: "63 bytes", make: () => [{ sig: good.slice(0, 63), keyid: "" }], code: "MALFORMED" },
    { name: "65 bytes", make: () => [{ sig: new Uint8Array([...good, 0]), keyid: "" }], code: "MALFORMED" },
    { name: "128 bytes", make: () => [{ sig: new Uint8Array([...good, ...good]), keyid: "" }], code: "MALFORMED" },
    {
      name: "a good one beside a short one",
      make: () => [
        { sig: good, keyid: "" },
        { sig: good.slice(1), keyid: "" },
      ],
      code: "MALFORMED",
    },
    { name: "zeros", make: () => [{ sig: new Uint8Array(64), keyid: "bundle-1" }], code: "SIGNATURE" },
    { name: "zeros by an unknown key", make: () => [{ sig: new Uint8Array(64), keyid: "unknown" }], code: "SIGNATURE" },
    {
      name: "the root key's name on zeros",
      make: () => [{ sig: new Uint8Array(64), keyid: "root-1" }],
      code: "SIGNATURE",
    },
    {
      name: "halves swapped",
      make: () => [{ sig: new Uint8Array([...good.slice(32), ...good.slice(0, 32)]), keyid: "bundle-1" }],
      code: "SIGNATURE",
    },
    { name: "no key id on a good one", make: () => [{ sig: good, keyid: "" }], code: "ok" },
    { name: "an unknown key id on a good one", make: () => [{ sig: good, keyid: "unknown" }], code: "ok" },
    {
      name: "one good among junk",
      make: () => [...Array(6).fill({ sig: new Uint8Array(64), keyid: "x" }), { sig: good, keyid: "bundle-1" }],
      code: "ok",
    },
    { name: "a long key id", make: () => [{ sig: good, keyid: "k".repeat(65) }], code: "LIMIT" },
  ])("B-02 $name → $code", async ({ make, code }) => {
    expect(await codeOf(envelopeOf(make()))).toBe(code);
  });

  test("B-02 a stranger's signature, and the root key's, are not the bundle role's", async () => {
    expect(await codeOf(await keys.signManifest({}, [stranger]))).toBe("SIGNATURE");
    expect(await codeOf(await keys.signManifest({}, [keys.rootKey]))).toBe("SIGNATURE");
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
