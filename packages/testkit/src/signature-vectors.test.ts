/** Holds the naive curve to the openssl command line: known answers signed and verified by it, and all it accepts and refuses. @module */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { knownAnswers, oddVectors, type SignatureVector, weakKeys } from "./signature-vectors.js";

const directory = mkdtempSync(join(tmpdir(), "aplomb-openssl-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** What comes before the 32 bytes of a public and of a private key in DER (RFC 8410). */
const PUBLIC_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const PRIVATE_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

function fileOf(name: string, ...parts: Uint8Array[]): string {
  const path = join(directory, name);
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

function openssl(...args: string[]): Buffer | undefined {
  try {
    return execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}

function verifiedByOpenssl({ publicKey, message, signature }: SignatureVector): boolean {
  const key = fileOf("public.der", PUBLIC_HEAD, publicKey);
  const [input, sig] = [fileOf("message", message), fileOf("signature", signature)];
  const asked = ["-keyform", "DER", "-pubin", "-inkey", key, "-rawin", "-in", input, "-sigfile", sig];
  return openssl("pkeyutl", "-verify", ...asked) !== undefined;
}

function signedByOpenssl(seed: Uint8Array, message: Uint8Array): Buffer | undefined {
  const key = fileOf("private.der", PRIVATE_HEAD, seed);
  return openssl("pkeyutl", "-sign", "-keyform", "DER", "-inkey", key, "-rawin", "-in", fileOf("message", message));
}

// openssl reads no empty file with -rawin.
const answers = (await knownAnswers()).filter(({ message }) => message.length > 0);
const odd = (await oddVectors()).filter(({ message }) => message.length > 0);

const isThere = openssl("version") !== undefined;

test.skipIf(!isThere)("B-16 B-19 (needs openssl) openssl signs the known answers byte for byte, and takes them", () => {
  expect(answers).toHaveLength(19);
  for (const answer of answers) {
    expect(signedByOpenssl(answer.seed, answer.message)).toEqual(Buffer.from(answer.signature));
    expect([answer.name, verifiedByOpenssl(answer)]).toEqual([answer.name, true]);
  }
});

test.skipIf(!isThere)("B-16 B-17 (needs openssl) openssl accepts and refuses what the group law says", () => {
  const verdicts = odd.map((vector) => [vector.name, verifiedByOpenssl(vector)]);
  expect(verdicts).toEqual(odd.map(({ name, holds }) => [name, holds]));
});

test("B-17 there are fourteen ways to write a key of small order", () => {
  expect(new Set(weakKeys().map((key) => key.join())).size).toBe(14);
});
