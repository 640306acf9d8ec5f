/** Manifests under keys and signatures of the wrong algorithm: of all mixes, one may be believed. @module */
import {
  isFlagError,
  MANIFEST_TYPE,
  openRoot,
  preAuthEncoding,
  ROOT_TYPE,
  type VerifySignature,
  verifyManifest,
} from "@aplomb/core";
import { EnvelopeSchema, KeyAlgorithm, ManifestSchema, RootSchema } from "@aplomb/proto/trust";
import { create, toBinary } from "@bufbuild/protobuf";
import { createTestKey } from "./test-keys.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** A root that lists one key, and a manifest signed in some way. */
export interface AlgorithmMix {
  readonly name: string;
  readonly root: Bytes;
  readonly manifest: Bytes;
  /** What a client says to it. */
  readonly code: "ok" | "SIGNATURE" | "MALFORMED" | "ROOT";
}

/** ECDSA over P-256, which the contract keeps a number for and no client takes. */
const P256 = 2;
const AUDIENCE = "web.test";

const sha512 = async (message: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.digest("SHA-512", message));

/** An ECDSA signature as certificates have it. */
function derOf(p1363: Bytes): Bytes {
  const integer = (from: number): number[] => {
    const bytes = [...p1363.subarray(from, from + 32)];
    const content = (bytes[0] ?? 0) > 127 ? [0, ...bytes] : bytes;
    return [2, content.length, ...content];
  };
  const content = [...integer(0), ...integer(32)];
  return Uint8Array.from([0x30, content.length, ...content]);
}

async function hmacOf(key: Bytes, message: Bytes): Promise<Bytes> {
  const hash = { name: "HMAC", hash: "SHA-512" };
  const imported = await crypto.subtle.importKey("raw", key, hash, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

function rootOf(alg: number, publicKey: Bytes): Bytes {
  const role = { keyids: ["k"], threshold: 1 };
  const expiresAtMs = BigInt(Date.now() + 86_400_000);
  const keys = [{ keyid: "k", alg: alg as KeyAlgorithm, publicKey }];
  const root = { trustDomain: "test", version: 1n, epoch: 1n, keys, expiresAtMs, root: role, bundle: role };
  const payload = toBinary(RootSchema, create(RootSchema, root));
  return toBinary(EnvelopeSchema, create(EnvelopeSchema, { payload, payloadType: ROOT_TYPE, signatures: [] }));
}

/** Key of Ed25519, of P-256, and of P-256 that calls itself Ed25519; each with six kinds of signature. */
export async function algorithmMixes(): Promise<readonly AlgorithmMix[]> {
  const ed25519 = await createTestKey("k");
  const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const p256 = await crypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  if (!("privateKey" in p256)) throw new Error("ECDSA gave no key pair");
  const p256Key = new Uint8Array(await crypto.subtle.exportKey("raw", p256.publicKey));
  const payload = toBinary(
    ManifestSchema,
    create(ManifestSchema, {
      ...{ trustDomain: "test", audience: AUDIENCE, rootVersion: 1n, epoch: 1n, version: 1n, minReader: 1 },
      bundle: { sha256: new Uint8Array(32), sizeBytes: 1n },
    }),
  );
  const message = preAuthEncoding(MANIFEST_TYPE, payload);
  const p1363 = new Uint8Array(await crypto.subtle.sign(ecdsa, p256.privateKey, message));
  const keys = [
    {
      name: "Ed25519",
      root: rootOf(KeyAlgorithm.ED25519, new Uint8Array(ed25519.publicKey)),
      hmacKey: ed25519.publicKey,
    },
    { name: "P-256", root: rootOf(P256, p256Key), hmacKey: p256Key },
    { name: "P-256 as Ed25519", root: rootOf(KeyAlgorithm.ED25519, p256Key.slice(1, 33)), hmacKey: p256Key },
  ];
  const mixes: AlgorithmMix[] = [];
  for (const { name, root, hmacKey } of keys) {
    const kinds: readonly (readonly [string, Bytes | undefined, AlgorithmMix["code"]])[] = [
      ["Ed25519", await ed25519.sign(message), name === "Ed25519" ? "ok" : "SIGNATURE"],
      ["P1363", p1363, "SIGNATURE"],
      ["DER", derOf(p1363), "MALFORMED"],
      ["HMAC of the public key", await hmacOf(new Uint8Array(hmacKey), message), "SIGNATURE"],
      ["digest of the message", await sha512(message), "SIGNATURE"],
      ["zero", new Uint8Array(64), "SIGNATURE"],
      ["none", undefined, "SIGNATURE"],
    ];
    for (const [kind, sig, code] of kinds) {
      const signatures = sig ? [{ sig, keyid: "k" }] : [];
      const envelope = create(EnvelopeSchema, { payload, payloadType: MANIFEST_TYPE, signatures });
      const manifest = toBinary(EnvelopeSchema, envelope);
      mixes.push({ name: `key ${name}, signature ${kind}`, root, manifest, code: name === "P-256" ? "ROOT" : code });
    }
  }
  return mixes;
}

/** What a client with this verifier says to a manifest under a root. */
export async function openWith(verifySignature: VerifySignature, root: Bytes, manifest: Bytes): Promise<string> {
  try {
    const trust = { root: openRoot(root), audience: AUDIENCE };
    await verifyManifest(manifest, trust, { verifySignature });
    return "ok";
  } catch (error) {
    if (isFlagError(error)) return error.code;
    throw error;
  }
}
