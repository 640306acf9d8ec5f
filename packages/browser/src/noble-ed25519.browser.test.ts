/** The chunk for browsers without Ed25519: when it is loaded, and that its verdicts are those of WebCrypto. @module */
import { createTestKey, until } from "@aplomb/testkit";
import { afterAll, describe, expect, test } from "vitest";
import { digest, verifySignature } from "./web-crypto.js";

const key = await createTestKey("k");
const stranger = await createTestKey("s");
const trusted = { keyid: "k", alg: "ed25519", publicKey: key.publicKey } as const;
const message = new TextEncoder().encode("message");
const signature = await key.sign(message);

const { importKey, verify } = SubtleCrypto.prototype;
afterAll(() => {
  SubtleCrypto.prototype.importKey = importKey;
  SubtleCrypto.prototype.verify = verify;
});
/** From now on this browser imports keys of Ed25519 and does not know what to do with them. */
function forgetVerify(): void {
  SubtleCrypto.prototype.verify = () => Promise.reject(new DOMException("Unrecognized name", "NotSupportedError"));
}
/** From now on this browser is one of 2023. */
function forgetEd25519(): void {
  SubtleCrypto.prototype.importKey = function (this: SubtleCrypto, ...given: unknown[]) {
    const isEd25519 = given[2] === "Ed25519";
    return isEd25519
      ? Promise.reject(new DOMException("Unrecognized name", "NotSupportedError"))
      : Reflect.apply(importKey, this, given);
  } as typeof importKey;
}

const chunksLoaded = (): number =>
  performance.getEntriesByType("resource").filter(({ name }) => name.includes("/noble-ed25519.ts")).length;

const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
/** Signatures, messages and keys that hold, and that are off by a bit or a kind. */
const cases = [
  { name: "the signature", signed: [trusted, signature, message] },
  ...[0, 100, 255, 256, 400, 511].map((bit) => ({
    name: `bit ${bit} of it flipped`,
    signed: [trusted, flipped(signature, bit), message],
  })),
  { name: "another message", signed: [trusted, signature, new TextEncoder().encode("messagE")] },
  { name: "no message", signed: [trusted, signature, new Uint8Array()] },
  { name: "another key", signed: [{ ...trusted, publicKey: stranger.publicKey }, signature, message] },
  { name: "a key off by a bit", signed: [{ ...trusted, publicKey: flipped(key.publicKey, 3) }, signature, message] },
  { name: "zeros", signed: [trusted, new Uint8Array(64), message] },
  { name: "s not reduced", signed: [trusted, signature.map((byte, at) => (at === 63 ? byte | 0xe0 : byte)), message] },
].map(({ name, signed }) => ({ name, signed: signed as Parameters<typeof verifySignature> }));

describe("B-20 in a browser", () => {
  const verdicts = new Map<string, boolean>();

  test("with Ed25519 the chunk is never asked for", async () => {
    for (const { name, signed } of cases) verdicts.set(name, await verifySignature(...signed));
    expect([...verdicts].filter(([, verdict]) => verdict).map(([name]) => name)).toEqual(["the signature"]);
    expect(chunksLoaded()).toBe(0);
  });

  test.each([
    { what: "verify", forget: forgetVerify, importFresh: () => import("./web-crypto.js") },
    // A query makes it another module, which has yet to find out.
    { what: "keys", forget: forgetEd25519, importFresh: () => import("./web-crypto.js?fresh" as "./web-crypto.js") },
  ])("without $what of Ed25519 it is loaded once and gives the same verdicts", async ({ forget, importFresh }) => {
    forget();
    const { verifySignature: verifyAnew } = await importFresh();
    const all = await Promise.all(cases.map(({ signed }) => verifyAnew(...signed)));
    expect(all).toEqual(cases.map(({ name }) => verdicts.get(name)));
    for (const { name, signed } of cases)
      expect([name, await verifyAnew(...signed)]).toEqual([name, verdicts.get(name)]);
    await until(() => chunksLoaded() > 0);
    expect(chunksLoaded()).toBe(1);
    expect(await digest(message)).toHaveLength(32);
  });
});
