/** The verifier for browsers without Ed25519, in Node: against the known answers, and against what libraries quarrel about. @module */
import { algorithmMixes, knownAnswers, oddVectors, openWith, weakKeys } from "@aplomb/testkit";
import { signAsync } from "@noble/ed25519";
import { expect, test } from "vitest";
import { verifySignature } from "./noble-ed25519.js";

const trusted = (publicKey: Uint8Array) => ({ keyid: "k", alg: "ed25519", publicKey }) as const;
const answers = await knownAnswers();

test.each([...answers, ...(await oddVectors())])(
  "B-16 B-17 by the fallback: $name → $holds",
  async ({ publicKey, message, signature, holds }) => {
    expect(await verifySignature(trusted(publicKey), signature, message)).toBe(holds);
  },
);

test("B-17 by the fallback: keys of small order verify nothing, whoever lets them in", async () => {
  for (const publicKey of weakKeys()) {
    const signature = Uint8Array.from([1, ...new Uint8Array(63)]);
    expect(await verifySignature(trusted(publicKey), signature, new Uint8Array(1))).toBe(false);
  }
});

test("B-19 the library signs the known answers byte for byte", async () => {
  for (const { seed, message, signature } of answers) expect(await signAsync(message, seed)).toEqual(signature);
});

test.each(await algorithmMixes())("B-10 by the fallback: $name → $code", async ({ root, manifest, code }) => {
  expect(await openWith(verifySignature, root, manifest)).toBe(code);
});
