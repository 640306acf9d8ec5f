/** Node's verifier against the known answers, and against what libraries quarrel about. @module */
import { createPrivateKey, sign } from "node:crypto";
import { algorithmMixes, knownAnswers, oddVectors, openWith } from "@aplomb/testkit";
import { expect, test } from "vitest";
import { verifySignature } from "./verify-signature.js";

const trusted = (publicKey: Uint8Array) => ({ keyid: "k", alg: "ed25519", publicKey }) as const;
const answers = await knownAnswers();

test.each([...answers, ...(await oddVectors())])(
  "B-16 B-17 in Node: $name → $holds",
  async ({ publicKey, message, signature, holds }) => {
    expect(await verifySignature(trusted(publicKey), signature, message)).toBe(holds);
  },
);

test.each(answers)("B-19 Node signs $name byte for byte", ({ seed, message, signature }) => {
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
    ...{ format: "der", type: "pkcs8" },
  });
  expect(new Uint8Array(sign(null, message, key))).toEqual(signature);
});

test.each(await algorithmMixes())("B-10 in Node: $name → $code", async ({ root, manifest, code }) => {
  expect(await openWith(verifySignature, root, manifest)).toBe(code);
});
