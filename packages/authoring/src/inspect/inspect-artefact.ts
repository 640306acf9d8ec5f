/** Says what is in a signed envelope or a bundle, without believing it. @module */
import { gzipSync } from "node:zlib";
import {
  type Diagnostic,
  evaluateAll,
  MANIFEST_TYPE,
  type Manifest,
  openBundle,
  openRoot,
  ROOT_TYPE,
  type TrustedRoot,
} from "@aplomb/core";
import { BundleSchema, FlagSchema } from "@aplomb/proto/bundle";
import { type Envelope, EnvelopeSchema } from "@aplomb/proto/trust";
import { fromBinary } from "@bufbuild/protobuf";
import { manifestIn } from "../publish/read-published.js";
import { sha256Hex } from "../sha256-hex.js";
import { signersOf } from "../verify/verify-next-root.js";

/** A flag of a bundle. */
export interface FlagSummary {
  readonly key: string;
  readonly rules: number;
  readonly variants: number;
  readonly sizeBytes: number;
  /** Why a client would set it aside, or what is suspect about it. */
  readonly problem?: string;
}

/** What is in a file. */
export type Inspection =
  | {
      readonly kind: "root";
      readonly root: TrustedRoot;
      /** The ids of its own root keys that have signed it. */
      readonly signedBy: readonly string[];
      readonly sizeBytes: number;
    }
  | {
      readonly kind: "manifest";
      readonly manifest: Manifest;
      /** As the envelope says: nothing was verified. */
      readonly keyids: readonly string[];
      readonly sizeBytes: number;
    }
  | {
      readonly kind: "bundle";
      readonly sizeBytes: number;
      readonly gzipBytes: number;
      readonly sha256: string;
      readonly flags: readonly FlagSummary[];
      readonly segments: readonly { readonly id: string; readonly sizeBytes: number }[];
      readonly diagnostics: readonly Diagnostic[];
    };

/**
 * Finds out what bytes are, and what they say. Signatures are verified for roots only, by their own keys.
 *
 * @throws FlagError MALFORMED if they are none of the three.
 */
export async function inspectArtefact(bytes: Uint8Array): Promise<Inspection> {
  const envelope = envelopeIn(bytes);
  if (envelope?.payloadType === ROOT_TYPE) {
    const root = openRoot(bytes);
    return { kind: "root", root, signedBy: await signersOf(bytes, root.root), sizeBytes: bytes.length };
  }
  if (envelope?.payloadType === MANIFEST_TYPE) {
    const keyids = envelope.signatures.map(({ keyid }) => keyid);
    return { kind: "manifest", manifest: manifestIn(bytes), keyids, sizeBytes: bytes.length };
  }
  return inspectBundle(bytes);
}

function inspectBundle(bytes: Uint8Array): Inspection {
  const flagSet = openBundle(bytes);
  evaluateAll(flagSet, {});
  const { diagnostics } = flagSet;
  const { flags, segments } = fromBinary(BundleSchema, bytes);
  return {
    kind: "bundle",
    sizeBytes: bytes.length,
    gzipBytes: gzipSync(bytes, { level: 9 }).length,
    sha256: sha256Hex(bytes),
    flags: flags.map(({ key, flag }) => {
      const problem = diagnostics.find(({ entry }) => entry === key)?.message;
      return { key, ...countsIn(flag), sizeBytes: flag.length, ...(problem !== undefined && { problem }) };
    }),
    segments: segments.map(({ id, segment }) => ({ id, sizeBytes: segment.length })),
    diagnostics,
  };
}

/** An entry that cannot be decoded has its problem told by the diagnostics. */
function countsIn(entry: Uint8Array): { readonly rules: number; readonly variants: number } {
  try {
    const { rules, variants } = fromBinary(FlagSchema, entry);
    return { rules: rules.length, variants: variants.length };
  } catch {
    return { rules: 0, variants: 0 };
  }
}

/** A bundle decodes as an envelope without a type, if at all. */
function envelopeIn(bytes: Uint8Array): Envelope | undefined {
  if (bytes.length > 65_536) return undefined;
  try {
    return fromBinary(EnvelopeSchema, bytes);
  } catch {
    return undefined;
  }
}
