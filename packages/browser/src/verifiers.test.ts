/** Node's verifier, WebCrypto and the fallback, held to each other and to OpenSSL's command line. @module */
import { execFileSync } from "node:child_process";
import { createHmac, createPrivateKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TrustedKey, VerifySignature } from "@aplomb/core";
import { createSeededRandom, verifyWithWebCrypto } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { verifySignature as verifyWithNoble } from "./noble-ed25519.js";

/** As `@aplomb/node` does it. */
const verifyWithNode: VerifySignature = async ({ publicKey }, signature, message) => {
  const x = Buffer.from(publicKey).toString("base64url");
  return verify(null, message, { key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }, signature);
};
const VERIFIERS = [verifyWithNode, verifyWithWebCrypto, verifyWithNoble];

/** What each verifier says: a rejection is no verdict. */
const verdicts = (key: TrustedKey, signature: Uint8Array, message: Uint8Array): Promise<(boolean | string)[]> =>
  Promise.all(VERIFIERS.map((verifier) => verifier(key, signature, message).catch((error) => String(error))));
const YES = [true, true, true];
const NO = [false, false, false];

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const raw = new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"));
const key: TrustedKey = { keyid: "k", alg: "ed25519", publicKey: raw };
const message = new TextEncoder().encode("DSSEv1 1 a 1 b");
const signature = new Uint8Array(sign(null, message, privateKey));

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;
const littleEndian = (value: bigint): Uint8Array =>
  Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * at)) & 255n));
const numberOf = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n);
const joined = (r: Uint8Array, s: Uint8Array): Uint8Array => Uint8Array.from([...r, ...s]);
const r = signature.subarray(0, 32);
const s = numberOf(signature.subarray(32));

describe("B-16 three verifiers agree", () => {
  test("on signatures by keys and over messages of every kind", async () => {
    const random = createSeededRandom(16);
    for (let length = 0; length < 40; length++) {
      const seed = Buffer.from(random.bytes(32));
      const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
      const signer = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
      const x = Buffer.from(signer.export({ format: "jwk" }).x ?? "", "base64url");
      const one: TrustedKey = { ...key, publicKey: new Uint8Array(x) };
      const text = random.bytes(length * 7);
      const signed = new Uint8Array(sign(null, text, signer));
      expect(await verdicts(one, signed, text)).toEqual(YES);
      const bit = Math.floor(random.next() * 512);
      const flipped = signed.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(await verdicts(one, flipped, text)).toEqual(NO);
    }
  });

  test.each([
    { name: "s one round further", forged: joined(r, littleEndian(s + L)) },
    { name: "s several rounds further", forged: joined(r, littleEndian(s + 7n * L)) },
    { name: "s = L", forged: joined(r, littleEndian(L)) },
    { name: "-s", forged: joined(r, littleEndian(L - s)) },
    { name: "-R", forged: joined(r, littleEndian(s)).map((byte, at) => (at === 31 ? byte ^ 128 : byte)) },
    { name: "R beyond the field", forged: joined(littleEndian(P + 1n), littleEndian(s)) },
    { name: "R of order 1, s = 0", forged: joined(littleEndian(1n), littleEndian(0n)) },
    { name: "R of order 1 as it may not be written, s = 0", forged: joined(littleEndian(P + 1n), littleEndian(0n)) },
    { name: "R that is no point", forged: joined(littleEndian(2n), littleEndian(s)) },
    { name: "all ones", forged: new Uint8Array(64).fill(255) },
    { name: "zeros", forged: new Uint8Array(64) },
  ])("B-17 a signature with $name is nobody's", async ({ forged }) => {
    expect(await verdicts(key, forged, message)).toEqual(NO);
  });
});

describe("B-10 the key decides how to verify", () => {
  const ecdsa = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  test.each([
    { name: "Ed25519", forged: signature, verdict: YES },
    { name: "ECDSA", forged: sign("sha256", message, { key: ecdsa, dsaEncoding: "ieee-p1363" }), verdict: NO },
    { name: "an HMAC under the public key", forged: createHmac("sha512", raw).update(message).digest(), verdict: NO },
    { name: "the public key twice", forged: joined(raw, raw), verdict: NO },
  ])("64 bytes of $name", async ({ forged, verdict }) => {
    expect(await verdicts(key, new Uint8Array(forged), message)).toEqual(verdict);
  });

  test("the same message, hashed before it is signed (Ed25519ph), is another message", async () => {
    const hashed = new Uint8Array(await crypto.subtle.digest("SHA-512", message));
    expect(await verdicts(key, new Uint8Array(sign(null, hashed, privateKey)), message)).toEqual(NO);
  });
});

describe("B-19 OpenSSL's command line", () => {
  const directory = mkdtempSync(join(tmpdir(), "aplomb-openssl-"));
  const file = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const openssl = (...args: string[]): Buffer => execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] });

  test("signs what all verify, and verifies what Node signs", () => {
    const secret = file("key.pem", privateKey.export({ format: "pem", type: "pkcs8" }));
    const known = file("key.pub", publicKey.export({ format: "pem", type: "spki" }));
    const text = file("message", message);
    const made = openssl("pkeyutl", "-sign", "-inkey", secret, "-rawin", "-in", text);
    // Ed25519 is deterministic: the same key and message give the same 64 bytes everywhere.
    expect(new Uint8Array(made)).toEqual(signature);
    const sigfile = file("signature", signature);
    const says = openssl("pkeyutl", "-verify", "-pubin", "-inkey", known, "-rawin", "-in", text, "-sigfile", sigfile);
    expect(says.toString()).toContain("Verified Successfully");
    rmSync(directory, { recursive: true });
  });
});
