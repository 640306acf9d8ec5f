/** P-06 for what lies on disk: damaged files are read as nothing, never as an error of the engine. @module */
import { createHash } from "node:crypto";
import { createMutator, createSeededRandom } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { decodeStoredBundle, encodeStoredBundle } from "./stored-bundle-bytes.js";
import { decodeStoredRoots, encodeStoredRoots } from "./stored-root-bytes.js";

const MUTANTS = process.env.APLOMB_DEEP === "1" ? 50_000 : 1_000;
const floor = { epoch: 1, version: 2, sha256: "ab".repeat(32) };
const [envelope, bundle] = [new Uint8Array(40).fill(1), new Uint8Array(50).fill(2)];
const stored = encodeStoredBundle({ envelope, bundle, validator: '"1"', floor });
const withDigest = (content: Uint8Array): Uint8Array =>
  Buffer.concat([content, createHash("sha256").update(content).digest()]);

test("P-06 a stored bundle: no mutant is read", () => {
  const mutant = createMutator([stored], createSeededRandom(6));
  for (let number = 0; number < MUTANTS; number++) {
    const bytes = mutant();
    if (!Buffer.from(bytes).equals(stored)) expect(decodeStoredBundle(bytes)).toBeUndefined();
  }
});

test("P-06 a stored bundle: mutants with the right digest are read as a bundle or as nothing", () => {
  const mutant = createMutator([stored.slice(0, -32)], createSeededRandom(7));
  for (let number = 0; number < MUTANTS; number++) {
    const read = decodeStoredBundle(withDigest(mutant()));
    if (read) expect([typeof read.floor.version, read.bundle instanceof Uint8Array]).toEqual(["number", true]);
  }
});

test.each([
  "null",
  "[]",
  "1",
  "{}",
  '{"envelopeBytes":-1,"floor":{"epoch":1,"version":1,"sha256":""}}',
  '{"envelopeBytes":0,"floor":{"epoch":"1","version":1,"sha256":""}}',
  '{"envelopeBytes":0,"validator":7,"floor":{"epoch":1,"version":1,"sha256":""}}',
  '{"envelopeBytes":0}',
])("P-06 a header of %s is none", (header) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  expect(
    decodeStoredBundle(withDigest(Buffer.concat([stored.subarray(0, 23), length, Buffer.from(header)]))),
  ).toBeUndefined();
});

test("P-06 stored roots: mutants are read as roots or as none", () => {
  const roots = [2, 3].map((version) => ({ version, envelope: new Uint8Array(30).fill(version) }));
  const mutant = createMutator([encodeStoredRoots(roots)], createSeededRandom(8));
  for (let number = 0; number < MUTANTS; number++) {
    for (const { version, envelope: bytes } of decodeStoredRoots(mutant()) ?? []) {
      expect([typeof version, bytes instanceof Uint8Array]).toEqual(["number", true]);
    }
  }
});
