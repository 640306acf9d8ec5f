/** Each limit of a host, and what is just below, at and just above it, served to a client that has a bundle already. @module */
import { evaluate, type Limits, MANIFEST_TYPE } from "@aplomb/core";
import { ManifestSchema } from "@aplomb/proto/trust";
import {
  bundleBytes,
  type FlagInit,
  fullRollout,
  NESTINGS,
  type SealedBundle,
  type SegmentInit,
  signEnvelope,
} from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { joined } from "../keep/kept-batch.js";
import { AUDIENCE, keys, rolledOut } from "./sealed-bundles.js";
import { createTestLoader } from "./test-loader.js";

/** A limit, and whether one beyond it takes the whole bundle or one flag of it. */
export interface LimitCase {
  readonly name: keyof Limits | "signatures";
  readonly takes: "bundle" | "flag";
}

/** All eleven. */
export const LIMIT_CASES: readonly LimitCase[] = [
  ...(["envelopeBytes", "signatures", "bundleBytes", "flags", "keyBytes"] as const).map((name) => ({
    ...{ name, takes: "bundle" as const },
  })),
  ...(["entryBytes", "entryRecords", "entryDepth", "rulesPerFlag", "variantsPerFlag", "textBytes"] as const).map(
    (name) => ({ name, takes: "flag" as const }),
  ),
];

const variants = [{ name: "on", value: { enabled: true } }];
const rule = fullRollout("all", "everyone", "on");
const everyone = { everyone: {} };
/** The flag that is watched while the others are at their limits. */
const sound = { sound: rolledOut("on") };

interface Contents {
  readonly flags: Record<string, FlagInit | Uint8Array>;
  readonly segments?: Record<string, SegmentInit | Uint8Array>;
}

const CONTENTS: Partial<Record<LimitCase["name"], (count: number) => Contents>> = {
  flags: (count) => ({ flags: Object.fromEntries(Array.from({ length: count - 1 }, (_, at) => [`f${at}`, {}])) }),
  keyBytes: (count) => ({ flags: { ["k".repeat(count)]: { variants, rules: [rule] } } }),
  // Flag.variants, Variant.value, and as many empty fields of a Struct.
  entryRecords: (count) => ({
    flags: {
      tried: field(
        2,
        field(
          2,
          Uint8Array.from({ length: (count - 2) * 2 }, (_, at) => (at % 2 ? 0 : 10)),
        ),
      ),
    },
  }),
  entryDepth: (count) => ({
    flags: { tried: { variants, rules: [fullRollout("r", "deep", "on")] } },
    segments: { deep: NESTINGS[0]?.bytes(count) ?? {} },
  }),
  rulesPerFlag: (count) => ({ flags: { tried: { variants, rules: Array(count).fill(rule) } } }),
  variantsPerFlag: (count) => ({
    flags: { tried: { variants: Array.from({ length: count }, (_, at) => ({ name: `v${at}` })) } },
  }),
  textBytes: (count) => ({ flags: { tried: { variants, rules: [rule], description: "x".repeat(count) } } }),
  // Variants of 200 bytes, the last of which has what is left.
  entryBytes: (count) => ({ flags: { tried: entryOf(count) } }),
};

function entryOf(bytes: number): Uint8Array {
  // Rule.description takes a fifth of the largest text, several times, and then the rest.
  const part = field(3, field(8, new Uint8Array(3_000).fill(120)));
  const parts: Uint8Array[] = [];
  let left = bytes;
  for (; left > 2 * part.length; left -= part.length) parts.push(part);
  for (let text = left; ; text--) {
    const last = field(3, field(8, new Uint8Array(text).fill(120)));
    if (last.length === left) return joined([...parts, last]);
  }
}

/** A field of bytes. */
function field(number: number, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest < 128) break;
  }
  const tag = number < 16 ? [number * 8 + 2] : [((number * 8 + 2) & 127) | 128, number >> 4];
  return joined([Uint8Array.from([...tag, ...length]), content]);
}

/** A message made so long by a field of a schema to come. */
function padded(message: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  for (let text = bytes - message.length; ; text--) {
    const padding = field(100, new Uint8Array(text));
    if (message.length + padding.length === bytes) return joined([message, padding]);
  }
}

async function sealedAt({ name }: LimitCase, count: number): Promise<SealedBundle> {
  const { flags, segments } = CONTENTS[name]?.(count) ?? { flags: {}, segments: {} };
  const plain = bundleBytes({ segments: { ...everyone, ...segments }, flags: { ...sound, ...flags } });
  const bundle = name === "bundleBytes" ? padded(plain, count) : plain;
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bundle));
  const manifest = create(ManifestSchema, {
    ...{ trustDomain: "test", audience: AUDIENCE, rootVersion: 1n, epoch: 1n, version: 2n, minReader: 1 },
    ...{ issuedAtMs: BigInt(Date.now()), freshUntilMs: BigInt(Date.now() + 86_400_000) },
    bundle: { sha256, sizeBytes: BigInt(bundle.length) },
  });
  const payload = toBinary(ManifestSchema, manifest);
  const signers = Array(name === "signatures" ? count : 1).fill(keys.bundleKey);
  const around = (await signEnvelope(MANIFEST_TYPE, new Uint8Array(20_000), signers)).length - 20_000;
  const content = name === "envelopeBytes" ? padded(payload, count - around) : payload;
  const envelope = await signEnvelope(MANIFEST_TYPE, content, signers);
  return { manifest: envelope, bundle, sha256: [...sha256].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** What became of a bundle so far from a limit. */
export interface LimitOutcome {
  /** Of the load. */
  readonly code: string;
  readonly version: number;
  /** Whether the flag that is at its limit is set aside. */
  readonly setAside: boolean;
  /** Whether the other flag answers as before. */
  readonly soundAnswers: boolean;
}

/** What becomes of bundles one below a limit, at it, and one beyond it. */
export async function loadAround(limitCase: LimitCase, limits: Limits): Promise<LimitOutcome[]> {
  const outcomes: LimitOutcome[] = [];
  for (const offset of [-1, 0, 1]) outcomes.push(await loadAtLimit(limitCase, limits, offset));
  return outcomes;
}

/** What has to become of them: two are taken, and the third is refused or has its flag set aside. */
export function outcomesAround({ takes }: LimitCase): LimitOutcome[] {
  const accepted = { code: "ok", version: 2, setAside: false, soundAnswers: true };
  const refused = { code: "LIMIT", version: 1, setAside: false, soundAnswers: true };
  return [accepted, accepted, takes === "bundle" ? refused : { ...accepted, setAside: true }];
}

/** Serves a bundle that is at a limit, or off by so many, to a client of version 1. */
async function loadAtLimit(limitCase: LimitCase, limits: Limits, offset: number): Promise<LimitOutcome> {
  const limit = limitCase.name === "signatures" ? 8 : limits[limitCase.name];
  const { load, cell, version } = createTestLoader({ envelope: keys.rootEnvelope }, {}, undefined, limits);
  await load(await keys.seal(bundleBytes({ segments: everyone, flags: sound }), { version: 1n }));
  const code = await load(await sealedAt(limitCase, limit + offset));
  const flagSet = cell.current?.flagSet;
  if (!flagSet) throw new Error("nothing serves");
  const context = { targetingKey: "u" };
  return {
    ...{ code, version: version() },
    setAside: evaluate(flagSet, "tried", {}, context).errorCode === "PARSE_ERROR",
    soundAnswers: evaluate(flagSet, "sound.enabled", false, context).value,
  };
}
