/** A client that has a bundle, and everything that comes after it with one bit flipped: what it said to each. @module */
import { evaluateAll, MANIFEST_TYPE } from "@aplomb/core";
import { ManifestSchema } from "@aplomb/proto/trust";
import { bundleBytes, fullRollout, type SealedBundle, signEnvelope } from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { AUDIENCE, keys } from "./sealed-bundles.js";
import { createTestLoader } from "./test-loader.js";

/** What a client said to flipped bits. */
export interface FlipOutcome {
  /** Where a bit was, and the code of the refusal, or "ok": each pair once. */
  readonly seen: ReadonlySet<string>;
  /** How often something else than before was active afterwards. */
  readonly activations: number;
  /** Whether the answers are, to the byte, what they were. */
  readonly sameAnswers: boolean;
  /** The code for the same bytes with no bit flipped. */
  readonly sound: string;
}

/** The size of the envelope whose bits are flipped. */
export const ENVELOPE_BYTES = 2_048;
/** The size of the bundle whose bits are flipped. */
export const BUNDLE_BYTES = 65_536;

const variants = [{ name: "on", value: { enabled: true, text: "x".repeat(500) } }];
const flag = { variants, rules: [fullRollout("all", "everyone", "on")] };
const flagsOf = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`flag-${at}`, flag]));
const rotated = (bytes: Uint8Array, bit: number): Uint8Array<ArrayBuffer> => {
  const copy = new Uint8Array(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
};

/** Version 2, in an envelope and a bundle of the sizes above; nobody's key id is in the envelope. */
async function large(): Promise<SealedBundle> {
  const base = bundleBytes({ segments: { everyone: {} }, flags: flagsOf(90) });
  const bundle = padded(base, BUNDLE_BYTES);
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bundle));
  const manifest = create(ManifestSchema, {
    ...{ trustDomain: "test", audience: AUDIENCE, rootVersion: 1n, epoch: 1n, version: 2n, minReader: 1 },
    ...{ issuedAtMs: BigInt(Date.now()), freshUntilMs: BigInt(Date.now() + 86_400_000) },
    bundle: { sha256, sizeBytes: BigInt(bundle.length) },
  });
  const payload = padded(toBinary(ManifestSchema, manifest), ENVELOPE_BYTES - 3 - 2 - MANIFEST_TYPE.length - 2 - 66);
  const envelope = await signEnvelope(MANIFEST_TYPE, payload, [{ ...keys.bundleKey, keyid: "" }]);
  return { manifest: envelope, bundle, sha256: [...sha256].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** A message made longer by a field of a schema to come. */
function padded(message: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const room = bytes - message.length - 2;
  const lengthBytes = room - 1 < 128 ? 1 : room - 2 < 16_384 ? 2 : 3;
  const length = room - lengthBytes;
  const written = Array.from({ length: lengthBytes }, (_, at) => {
    const bits = (length >> (7 * at)) & 127;
    return at < lengthBytes - 1 ? bits | 128 : bits;
  });
  // Field 100, as bytes.
  return Uint8Array.from([...message, 0xa2, 0x06, ...written, ...new Uint8Array(length)]);
}

/** The parts of the envelope, by the place of their first byte. */
function partOf(envelope: Uint8Array, bit: number): string {
  const at = bit >> 3;
  const typeAt = envelope.length - 68 - MANIFEST_TYPE.length;
  if (at < 3) return "frame";
  if (at < typeAt - 2) return "payload";
  if (at < typeAt) return "frame";
  if (at < envelope.length - 68) return "type";
  return at < envelope.length - 64 ? "frame" : "signature";
}

/**
 * Serves version 2 to a client of version 1, each time with one bit flipped.
 *
 * @param what - Whose bits.
 * @param bits - Which, counted from the first.
 */
export async function flipBits(what: "envelope" | "bundle", bits: Iterable<number>): Promise<FlipOutcome> {
  const { load, cell } = createTestLoader({ envelope: keys.rootEnvelope });
  const small = bundleBytes({ segments: { everyone: {} }, flags: flagsOf(5) });
  await load(await keys.seal(small, { version: 1n }));
  const before = cell.current;
  const answers = (): string => JSON.stringify(before && [...evaluateAll(before.flagSet, { targetingKey: "u" })]);
  const answersBefore = answers();
  const sealed = await large();
  const { manifest, bundle } = sealed;
  if (manifest.length !== ENVELOPE_BYTES || bundle.length !== BUNDLE_BYTES) {
    throw new Error(`${manifest.length} and ${bundle.length} bytes`);
  }
  const seen = new Set<string>();
  let activations = 0;
  for (const bit of bits) {
    const flipped = what === "envelope" ? { manifest: rotated(manifest, bit) } : { bundle: rotated(bundle, bit) };
    const code = await load({ ...sealed, ...flipped });
    seen.add(`${what === "envelope" ? partOf(manifest, bit) : what} ${code}`);
    if (cell.current !== before) activations++;
  }
  const sameAnswers = answers() === answersBefore;
  return { seen, activations, sameAnswers, sound: await load(sealed) };
}
