/** The bytes around what is signed: one form, and no other. @module */
import { createTestKeys, verifyWithWebCrypto } from "@aplomb/testkit";
import { describe, expect, test } from "vitest";
import { isFlagError } from "../errors.js";
import { bytesToHex } from "../hex.js";
import { MANIFEST_TYPE } from "../trust.js";
import { preAuthEncoding } from "./pre-auth-encoding.js";
import { readEnvelope } from "./read-envelope.js";
import { verifyManifest } from "./verify-manifest.js";

const keys = await createTestKeys();
const { manifest: sound } = await keys.seal(new Uint8Array([1, 2, 3]), { version: 5n });
const { payload, signatures } = readEnvelope(sound);
const signature = signatures[0]?.sig ?? expect.unreachable();

/** What a client says to an envelope, and how many signatures it verified to say so. */
async function judged(envelope: Uint8Array): Promise<{ code: string; verified: number }> {
  let verified = 0;
  const verifySignature: typeof verifyWithWebCrypto = (...given) => {
    verified++;
    return verifyWithWebCrypto(...given);
  };
  try {
    await verifyManifest(envelope, keys.trust, { verifySignature });
    return { code: "ok", verified };
  } catch (error) {
    if (isFlagError(error)) return { code: error.code, verified };
    throw error;
  }
}

const lengthOf = (length: number): number[] => (length < 128 ? [length] : [(length & 127) | 128, length >> 7]);
const field = (number: number, content: Iterable<number>): number[] => {
  const bytes = [...content];
  return [number * 8 + 2, ...lengthOf(bytes.length), ...bytes];
};
const type = field(2, new TextEncoder().encode(MANIFEST_TYPE));
const signed = field(1, signature);
const named = field(2, new TextEncoder().encode("bundle-1"));
/** The fields of an envelope and of its one signature: as they are, they are believed. */
const outer = [field(1, payload), type];
const inner = [signed, named];
const envelopeOf = (fields: number[][], signatureFields: number[][]): Uint8Array =>
  Uint8Array.from([...fields.flat(), ...field(3, signatureFields.flat())]);

/** What may be put between two fields, and must not be there. */
const intruders: Readonly<Record<string, number[]>> = {
  ...Object.fromEntries([4, 5, 15, 16, 100].map((number) => [`field ${number}`, tagged(number, 2, 1, 1)])),
  ...Object.fromEntries([1, 2, 3, 4].map((number) => [`field ${number} as a number`, tagged(number, 0, 1)])),
  ...Object.fromEntries(
    [1, 2, 3, 4].map((number) => [`field ${number} as 64 bits`, tagged(number, 1, ...Array(8).fill(1))]),
  ),
  ...Object.fromEntries([1, 2, 3, 4].map((number) => [`field ${number} as 32 bits`, tagged(number, 5, 1, 1, 1, 1)])),
  ...Object.fromEntries(
    [1, 2, 3, 4].map((number) => [`field ${number} as a group`, [...tagged(number, 3), ...tagged(number, 4)]]),
  ),
  "the end of a group": tagged(1, 4),
  "wire type 6": tagged(4, 6, 0),
  "wire type 7": tagged(4, 7, 0),
  "field 0": [2, 1, 1],
  "the largest field": [0xfa, 0xff, 0xff, 0xff, 0x0f, 0],
  "a trailing byte": [0],
  "a byte that goes on": [0x80],
  "an over-long tag": [0xa2, 0x00, 1, 1],
  "a tag beyond 32 bits": [0xa2, 0x80, 0x80, 0x80, 0x80, 0x01, 0],
  "a length beyond the end": [0x22, 0xff, 0xff, 0x03],
  "a length beyond 2^53": [0x22, ...Array(9).fill(0xff), 1],
  "a tag without a length": [0x22],
};
function tagged(number: number, wireType: number, ...content: number[]): number[] {
  const tag = number * 8 + wireType;
  return [...lengthOf(tag), ...content];
}

/** A field whose length takes one byte more than it needs. */
const overLong = (whole: number[]): number[] => {
  const at = (whole[1] ?? 0) > 127 ? 2 : 1;
  return [...whole.slice(0, at), (whole[at] ?? 0) | 128, 0, ...whole.slice(at + 1)];
};
/** Each of a list with one element put in at each place. */
const withEach = (list: number[][], element: number[]): number[][][] =>
  [...list, []].map((_, at) => [...list.slice(0, at), element, ...list.slice(at)]);
const withChanged = (list: number[][], change: (element: number[]) => number[][]): number[][][] =>
  list.map((element, at) => [...list.slice(0, at), ...change(element), ...list.slice(at + 1)]);

const shapes: { name: string; envelope: Uint8Array }[] = [
  ...Object.entries(intruders).flatMap(([name, intruder]) => [
    ...withEach(outer, intruder).map((fields, at) => ({
      name: `${name} at ${at}`,
      envelope: envelopeOf(fields, inner),
    })),
    { name: `${name} at the end`, envelope: Uint8Array.from([...envelopeOf(outer, inner), ...intruder]) },
    ...withEach(inner, intruder).map((fields, at) => ({
      name: `${name} at ${at} of the signature`,
      envelope: envelopeOf(outer, fields),
    })),
  ]),
  ...[overLong].flatMap((change) => [
    ...withChanged(outer, (element) => [change(element)]).map((fields, at) => ({
      name: `an over-long length of field ${at + 1}`,
      envelope: envelopeOf(fields, inner),
    })),
    ...withChanged(inner, (element) => [change(element)]).map((fields, at) => ({
      name: `an over-long length of field ${at + 1} of the signature`,
      envelope: envelopeOf(outer, fields),
    })),
  ]),
  ...withChanged(outer, (element) => [element, element]).map((fields, at) => ({
    name: `field ${at + 1} twice`,
    envelope: envelopeOf(fields, inner),
  })),
  ...withChanged(inner, (element) => [element, element]).map((fields, at) => ({
    name: `field ${at + 1} of the signature twice`,
    envelope: envelopeOf(outer, fields),
  })),
  ...withChanged(outer, () => []).map((fields, at) => ({
    name: `no field ${at + 1}`,
    envelope: envelopeOf(fields, inner),
  })),
  { name: "another payload before", envelope: envelopeOf([field(1, [8, 1]), ...outer], inner) },
  { name: "another payload behind", envelope: envelopeOf([...outer, field(1, [8, 1])], inner) },
  { name: "no signature in the signature", envelope: envelopeOf(outer, [named]) },
  { name: "a type that is not UTF-8", envelope: envelopeOf([field(1, payload), field(2, [0xff, 0xfe])], inner) },
  { name: "nothing", envelope: new Uint8Array() },
  { name: "HTML", envelope: new TextEncoder().encode("<!doctype html><title>502</title>") },
  { name: "JSON", envelope: new TextEncoder().encode('{"payload":""}') },
];

describe("B-18 one form of envelope", () => {
  test("the sound one is believed, with its fields in whichever order", async () => {
    expect(await judged(envelopeOf(outer, inner))).toEqual({ code: "ok", verified: 1 });
    expect(await judged(envelopeOf([...outer].reverse(), [...inner].reverse()))).toEqual({ code: "ok", verified: 1 });
  });

  test("there are more than 200 shapes to refuse", () => {
    expect(new Set(shapes.map(({ envelope }) => bytesToHex(envelope))).size).toBeGreaterThan(200);
  });

  test.each(shapes)("$name is refused before anything is verified", async ({ envelope }) => {
    const { code, verified } = await judged(envelope);
    expect([["MALFORMED", "LIMIT"].includes(code), verified]).toEqual([true, 0]);
  });

  test("every beginning of a sound one is refused", async () => {
    for (let size = 0; size < sound.length; size++) {
      const { code } = await judged(sound.slice(0, size));
      // Cut right before the signature it is an envelope, of nobody.
      expect(["MALFORMED", "SIGNATURE"]).toContain(code);
    }
  });

  test("what is decoded is what was verified, whatever happens to the envelope meanwhile", async () => {
    const envelope = sound.slice();
    const { payload: slice } = readEnvelope(envelope);
    const messages: Uint8Array[] = [];
    const manifest = await verifyManifest(envelope, keys.trust, {
      async verifySignature(key, sig, message) {
        messages.push(message);
        const isGood = await verifyWithWebCrypto(key, sig, message);
        // Version 5 becomes version 6, after it has been verified.
        const at = slice.findIndex((byte, place) => byte === 0x28 && slice[place + 1] === 5);
        slice[at + 1] = 6;
        return isGood;
      },
    });
    expect(messages).toEqual([preAuthEncoding(MANIFEST_TYPE, payload)]);
    expect(slice).not.toEqual(payload);
    expect(manifest.version).toBe(5);
  });
});

describe("P-05 signatures without end", () => {
  const many = (count: number): Uint8Array =>
    Uint8Array.from([...outer.flat(), ...Array.from({ length: count }, () => field(3, signed)).flat()]);
  test.each<{ name: string; envelope: Uint8Array; code: string }>([
    {
      name: "a million empty ones",
      envelope: new Uint8Array(2_000_000).map((_, i) => (i % 2 === 0 ? 26 : 0)),
      code: "LIMIT",
    },
    {
      name: "as many empty ones as fit",
      envelope: new Uint8Array(65_536).map((_, i) => (i % 2 === 0 ? 26 : 0)),
      code: "MALFORMED",
    },
    { name: "900 good ones", envelope: many(900), code: "LIMIT" },
    { name: "B-12 nine good ones", envelope: many(9), code: "LIMIT" },
    {
      name: "a key id of 66 bytes in 33 letters",
      envelope: envelopeOf(outer, [signed, field(2, Array(33).fill([0xc3, 0xa9]).flat())]),
      code: "LIMIT",
    },
    {
      name: "a key id of 65 bytes",
      envelope: envelopeOf(outer, [signed, field(2, Array(65).fill(65))]),
      code: "LIMIT",
    },
  ])("$name → $code, with nothing verified", async ({ envelope, code }) => {
    const startedMs = performance.now();
    expect(await judged(envelope)).toEqual({ code, verified: 0 });
    if (process.env.APLOMB_DEEP === "1") expect(performance.now() - startedMs).toBeLessThan(100);
  });

  test("of eight good ones, one is verified", async () => {
    expect(await judged(many(8))).toEqual({ code: "ok", verified: 1 });
  });
});
