/** Chromium's own verifier and the fallback, in Chromium: against the known answers, and against what libraries quarrel about. @module */
import { algorithmMixes, knownAnswers, oddVectors, openWith } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { verifySignature as verifyByNoble } from "./noble-ed25519.js";
import { verifySignature as verifyByWebCrypto } from "./web-crypto.js";

const trusted = (publicKey: Uint8Array) => ({ keyid: "k", alg: "ed25519", publicKey }) as const;
const [answers, odd, mixes] = await Promise.all([knownAnswers(), oddVectors(), algorithmMixes()]);

describe.each([
  { who: "Chromium", verify: verifyByWebCrypto },
  { who: "the fallback", verify: verifyByNoble },
])("in Chromium, by $who", ({ verify }) => {
  test.each([...answers, ...odd])("B-16 B-17 $name → $holds", async ({ publicKey, message, signature, holds }) => {
    expect(await verify(trusted(publicKey), signature, message)).toBe(holds);
  });

  test.each(mixes)("B-10 $name → $code", async ({ root, manifest, code }) => {
    expect(await openWith(verify, root, manifest)).toBe(code);
  });
});

test.each(answers)("B-19 Chromium signs $name byte for byte", async ({ seed, message, signature }) => {
  const head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
  const key = await crypto.subtle.importKey("pkcs8", Uint8Array.from([...head, ...seed]), "Ed25519", false, ["sign"]);
  expect(new Uint8Array(await crypto.subtle.sign("Ed25519", key, message))).toEqual(signature);
});
