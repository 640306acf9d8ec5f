/** What an envelope is for, and by how many keys it is signed: payload types, thresholds, key ids. @module */
import { EnvelopeSchema } from "@aplomb/proto/trust";
import { createTestKey, createTestKeys, type TestKey, verifyWithWebCrypto } from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { isFlagError } from "../errors.js";
import { MANIFEST_TYPE, ROOT_TYPE, type Trust } from "../trust.js";
import { preAuthEncoding } from "./pre-auth-encoding.js";
import { readEnvelope } from "./read-envelope.js";
import { verifyManifest } from "./verify-manifest.js";
import { openRoot } from "./verify-root.js";

const keys = await createTestKeys();
const second = await createTestKey("bundle-2");
const stranger = await createTestKey("stranger");
const { manifest: sound } = await keys.seal(new Uint8Array([1, 2, 3]), { version: 5n });
const payload = readEnvelope(sound).payload.slice();

interface Signed {
  readonly sig: Uint8Array<ArrayBuffer>;
  readonly keyid: string;
}
const envelopeOf = (signatures: readonly Signed[], payloadType: string = MANIFEST_TYPE): Uint8Array =>
  toBinary(EnvelopeSchema, create(EnvelopeSchema, { payload, payloadType, signatures: [...signatures] }));
const message = preAuthEncoding(MANIFEST_TYPE, payload);
const by = async ({ sign, keyid }: TestKey, name = keyid): Promise<Signed> => ({
  sig: await sign(message),
  keyid: name,
});
const junk = (keyid = "x"): Signed => ({ sig: new Uint8Array(64).fill(1), keyid });

async function codeOf(envelope: Uint8Array, trust: Trust = keys.trust): Promise<string> {
  try {
    const { version } = await verifyManifest(envelope, trust, { verifySignature: verifyWithWebCrypto });
    return version === 5 ? "ok" : `version ${version}`;
  } catch (error) {
    if (isFlagError(error)) return error.code;
    throw error;
  }
}

const otherTypes = [
  ROOT_TYPE,
  MANIFEST_TYPE.toUpperCase(),
  MANIFEST_TYPE.replace("v", "V"),
  `${MANIFEST_TYPE} `,
  ` ${MANIFEST_TYPE}`,
  `${MANIFEST_TYPE}\n`,
  `${MANIFEST_TYPE}\0`,
  // A Cyrillic а, and a full-width solidus.
  MANIFEST_TYPE.replace("a", "\u0430"),
  MANIFEST_TYPE.replace("/", "\uff0f"),
  MANIFEST_TYPE.slice(0, -1),
  `${MANIFEST_TYPE}s`,
  MANIFEST_TYPE.replace("v1", "v2"),
  MANIFEST_TYPE.replace("+protobuf", "+json"),
  MANIFEST_TYPE.replace("application/", ""),
  "",
  "text/plain",
];

describe("B-09 only a manifest is a manifest", () => {
  test.each(otherTypes)("not one of type %j, signed as such", async (payloadType) => {
    const sig = await keys.bundleKey.sign(preAuthEncoding(payloadType, payload));
    expect(await codeOf(envelopeOf([{ sig, keyid: "bundle-1" }], payloadType))).toBe("MALFORMED");
  });

  test.each(otherTypes)("not one of type %j, signed as a manifest", async (payloadType) => {
    expect(await codeOf(envelopeOf([await by(keys.bundleKey)], payloadType))).toBe("MALFORMED");
  });

  test.each(otherTypes)("not one that calls itself a manifest and was signed as %j", async (payloadType) => {
    const sig = await keys.bundleKey.sign(preAuthEncoding(payloadType, payload));
    expect(await codeOf(envelopeOf([{ sig, keyid: "bundle-1" }]))).toBe("SIGNATURE");
  });

  test("not a root, whoever signed it; and a manifest is no root", async () => {
    expect(await codeOf(keys.rootEnvelope)).toBe("MALFORMED");
    const root = readEnvelope(keys.rootEnvelope).payload.slice();
    const sig = await keys.bundleKey.sign(preAuthEncoding(ROOT_TYPE, root));
    const signatures = [{ sig, keyid: "bundle-1" }];
    const envelope = create(EnvelopeSchema, { payload: root, payloadType: ROOT_TYPE, signatures });
    expect(await codeOf(toBinary(EnvelopeSchema, envelope))).toBe("MALFORMED");
    // Its payload under a manifest's type, by the bundle's key: bytes that make no manifest for this client.
    const posing = await keys.bundleKey.sign(preAuthEncoding(MANIFEST_TYPE, root));
    const disguised = { payload: root, payloadType: MANIFEST_TYPE, signatures: [{ sig: posing, keyid: "" }] };
    expect(await codeOf(toBinary(EnvelopeSchema, create(EnvelopeSchema, disguised)))).toMatch(/MALFORMED|AUDIENCE/);
    expect(() => openRoot(sound)).toThrow(expect.objectContaining({ code: "MALFORMED" }));
  });
});

/** A trust whose bundle role lists some keys. */
const trusting = (threshold: number, ...listed: readonly TestKey[]): Trust => {
  const role = {
    keys: listed.map(({ keyid, publicKey }) => ({ keyid, publicKey, alg: "ed25519" as const })),
    threshold,
  };
  return { ...keys.trust, root: { ...keys.trust.root, bundle: role } };
};

describe("B-11 a threshold of two", () => {
  const { bundleKey: first } = keys;
  const alias = { ...first, keyid: "alias" };
  test.each<{ name: string; signers: () => Promise<Signed>[]; listed?: TestKey[]; code: string }>([
    { name: "one key", signers: () => [by(first)], code: "SIGNATURE" },
    { name: "one key, the same signature twice", signers: () => [by(first), by(first)], code: "SIGNATURE" },
    { name: "one key under two names", signers: () => [by(first), by(first, "alias")], code: "SIGNATURE" },
    {
      name: "one key under the other's name as well",
      signers: () => [by(first), by(first, "bundle-2")],
      code: "SIGNATURE",
    },
    {
      name: "one key that the role lists under two names",
      signers: () => [by(first), by(first, "alias")],
      listed: [first, alias],
      code: "SIGNATURE",
    },
    {
      name: "one valid and one invalid",
      signers: () => [by(first), Promise.resolve(junk("bundle-2"))],
      code: "SIGNATURE",
    },
    { name: "one valid and a stranger", signers: () => [by(first), by(stranger, "bundle-2")], code: "SIGNATURE" },
    { name: "one valid and the root's", signers: () => [by(first), by(keys.rootKey)], code: "SIGNATURE" },
    { name: "one key, eight times", signers: () => Array.from({ length: 8 }, () => by(first)), code: "SIGNATURE" },
    { name: "both", signers: () => [by(first), by(second)], code: "ok" },
    { name: "both, names exchanged", signers: () => [by(first, "bundle-2"), by(second, "bundle-1")], code: "ok" },
    {
      name: "both behind six of junk",
      signers: () => [...Array.from({ length: 6 }, () => Promise.resolve(junk("bundle-1"))), by(first), by(second)],
      code: "ok",
    },
    {
      name: "both around six of junk",
      signers: () => [by(second), ...Array.from({ length: 6 }, () => Promise.resolve(junk())), by(first)],
      code: "ok",
    },
  ])("$name → $code", async ({ signers, listed = [first, second], code }) => {
    const signatures = await Promise.all(signers());
    expect(await codeOf(envelopeOf(signatures), trusting(2, ...listed))).toBe(code);
  });
});

describe("B-12 a key id is a hint", () => {
  const names = [
    "",
    "bundle-1",
    "bundle-2",
    "root-1",
    "stranger",
    "BUNDLE-1",
    "bundle-1\0",
    "\u{1f511}",
    "k".repeat(64),
  ];
  const decisions: { who: string; make: (keyid: string) => Promise<Signed>; code: string }[] = [
    { who: "a good signature", make: (keyid) => by(keys.bundleKey, keyid), code: "ok" },
    { who: "the root key's", make: (keyid) => by(keys.rootKey, keyid), code: "SIGNATURE" },
    { who: "a stranger's", make: (keyid) => by(stranger, keyid), code: "SIGNATURE" },
    { who: "junk", make: async (keyid) => junk(keyid), code: "SIGNATURE" },
  ];
  test.each(decisions.flatMap((decision) => names.map((keyid) => ({ ...decision, keyid }))))(
    "$who named $keyid → $code",
    async ({ make, keyid, code }) => {
      // The root's key has the name of one of the bundle role's keys, too.
      const colliding = trusting(1, keys.bundleKey, { ...second, keyid: "root-1" });
      expect(await codeOf(envelopeOf([await make(keyid)]))).toBe(code);
      expect(await codeOf(envelopeOf([await make(keyid)]), colliding)).toBe(code);
    },
  );
});
