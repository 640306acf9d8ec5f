/** WebCrypto in real Chromium, and what happens where there is none. @module */
import { isFlagError } from "@aplomb/core";
import { createTestKey } from "@aplomb/testkit";
import { afterEach, describe, expect, test } from "vitest";
import { createFlagClient } from "./create-flag-client.js";
import { digest, verifySignature } from "./web-crypto.js";

const key = await createTestKey("k");
const trusted = { keyid: "k", alg: "ed25519", publicKey: key.publicKey } as const;
const message = new TextEncoder().encode("message");
const signature = await key.sign(message);

const original = Object.getOwnPropertyDescriptor(Crypto.prototype, "subtle");
afterEach(() => {
  if (original) Object.defineProperty(Crypto.prototype, "subtle", original);
});
const replaceSubtle = (subtle: unknown) =>
  Object.defineProperty(Crypto.prototype, "subtle", { get: () => subtle, configurable: true });

describe("verifySignature", () => {
  test.each([
    { name: "the signature", sig: signature, text: message, expected: true },
    {
      name: "one bit of it flipped",
      sig: signature.map((byte, at) => (at === 5 ? byte ^ 1 : byte)),
      text: message,
      expected: false,
    },
    { name: "another message", sig: signature, text: new TextEncoder().encode("messagE"), expected: false },
    { name: "a short signature", sig: signature.slice(1), text: message, expected: false },
  ])("$name → $expected", async ({ sig, text, expected }) => {
    expect(await verifySignature(trusted, sig, text)).toBe(expected);
  });

  test("SHA-256 of nothing", async () => {
    const bytes = await digest(new Uint8Array());
    expect([...bytes.slice(0, 4)]).toEqual([0xe3, 0xb0, 0xc4, 0x42]);
  });

  test.each([
    ["W-15 no WebCrypto", undefined, "https or localhost"],
    [
      "a WebCrypto that fails otherwise",
      { importKey: () => Promise.reject(new DOMException("", "OperationError")) },
      "cannot verify Ed25519",
    ],
  ])("%s: one error that says so", async (_name, subtle, words) => {
    replaceSubtle(subtle);
    const error = await verifySignature(trusted, signature, message).catch((caught) => caught);
    expect(isFlagError(error, "SIGNATURE")).toBe(true);
    expect(error.message).toContain(words);
  });

  test("W-15 a client without WebCrypto serves defaults, says why, and throws nothing", async () => {
    const { createTestKeys, bundleBytes } = await import("@aplomb/testkit");
    const keys = await createTestKeys();
    const sealed = await keys.seal(bundleBytes({}));
    replaceSubtle(undefined);
    const client = createFlagClient({
      ...{ endpoint: "https://flags.example.com", clientKey: "public", logger: null },
      trust: { root: keys.rootEnvelope, audience: "web.test" },
      source: {
        fetchManifest: async () => ({ envelope: sealed.manifest, validator: undefined }),
        fetchBundle: async () => sealed.bundle,
      },
    });
    expect(await client.ready({ timeoutMs: 300 })).toMatchObject({ state: "ERROR", error: { code: "SIGNATURE" } });
    expect(client.getBooleanDetails("checkout", true)).toMatchObject({ value: true, errorCode: "PROVIDER_NOT_READY" });
    await client.close({ timeoutMs: 0 });
  });
});
