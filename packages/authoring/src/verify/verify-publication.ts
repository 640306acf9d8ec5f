/** Verifies what is published as a client would, and says what a client would say. @module */
import {
  checkBundle,
  ERRORS,
  evaluateAll,
  FlagError,
  type FlagSet,
  type Floor,
  isFlagError,
  type Manifest,
  openBundle,
  openRoot,
  PAGE_LIMITS,
  type TrustedRoot,
  verifyManifest,
} from "@aplomb/core";
import { verifySignature } from "../ed25519.js";
import { publicationPaths } from "../publication.js";
import { sha256Hex } from "../sha256-hex.js";
import type { ArtefactSource } from "./artefact-source.js";
import { firstRoot, followRoots } from "./follow-roots.js";
import type { AudienceVerdict, PublicationVerdict, Refusal } from "./publication-verdict.js";

/** What to verify, and against what. */
export interface VerifyPublicationOptions {
  /** The root that clients pin; those after it are followed. Without it, the publication's own first root is believed. */
  readonly rootEnvelope?: Uint8Array | undefined;
  /** Default: all that the source can list. */
  readonly audiences?: readonly string[] | undefined;
  /** What a client has activated already, which nothing may fall behind. */
  readonly floor?: Floor | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Told what is being worked on, for who waits. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** Verifies every audience: signatures, trust domain, digest, size, and that every entry can be evaluated. Never rejects. */
export async function verifyPublication(
  source: ArtefactSource,
  options: VerifyPublicationOptions,
): Promise<PublicationVerdict> {
  const isOwnRoot = options.rootEnvelope === undefined;
  let root: TrustedRoot | undefined;
  let pinnedVersion: number | undefined;
  try {
    root = options.rootEnvelope ? openRoot(options.rootEnvelope) : await firstRoot(source);
    pinnedVersion = root.version;
    root = await followRoots(source, root);
    const names = options.audiences ?? (await source.audiences()) ?? [];
    if (names.length === 0) throw new Error("there is no audience to verify");
    const audiences: AudienceVerdict[] = [];
    for (const name of names) {
      options.onProgress?.(`verifying ${name}`);
      audiences.push(await verifyAudience(source, root, name, options));
    }
    return { root, pinnedVersion, isOwnRoot, audiences };
  } catch (error) {
    return {
      ...(root && { root }),
      ...(pinnedVersion && { pinnedVersion }),
      isOwnRoot,
      ...refusalOf(error),
      audiences: [],
    };
  }
}

async function verifyAudience(
  source: ArtefactSource,
  root: TrustedRoot,
  audience: string,
  { atMs, floor }: VerifyPublicationOptions,
): Promise<AudienceVerdict> {
  let manifest: Manifest | undefined;
  try {
    const envelope = await source.read(publicationPaths.manifest(audience));
    if (envelope === undefined)
      throw missing("REFUSED", `there is no manifest at ${publicationPaths.manifest(audience)}`);
    manifest = await verifyManifest(envelope, { root, audience }, { verifySignature, floor });
    const path = publicationPaths.bundle(audience, manifest.sha256);
    const bytes = await source.read(path);
    if (bytes === undefined) throw missing("UNREACHABLE", `the manifest names a bundle that is not at ${path}`);
    checkBundle(manifest, bytes, Buffer.from(sha256Hex(bytes), "hex"));
    const { diagnostics, flagCount } = everyFlagOf(openBundle(bytes));
    const ok = diagnostics.every(({ severity }) => severity !== "quarantined");
    const isStale = atMs > manifest.freshUntilMs;
    const refusal = ok ? {} : refusalOf(missing("SELF_TEST", "clients would set entries aside"));
    return { audience, ok, ...refusal, manifest, flagCount, isStale, fitsPages: fitsPages(bytes), diagnostics };
  } catch (error) {
    return { audience, ok: false, ...refusalOf(error), ...(manifest && { manifest }), diagnostics: [] };
  }
}

/** Evaluates every flag, so that each is decoded and compiled, and its diagnostics are there. */
function everyFlagOf(flagSet: FlagSet): FlagSet {
  evaluateAll(flagSet, {});
  return flagSet;
}

function fitsPages(bytes: Uint8Array): boolean {
  try {
    const { diagnostics } = everyFlagOf(openBundle(bytes, { limits: PAGE_LIMITS }));
    return diagnostics.every(({ severity }) => severity !== "quarantined");
  } catch {
    return false;
  }
}

function missing(code: "REFUSED" | "UNREACHABLE" | "SELF_TEST", message: string): FlagError {
  return new FlagError(code, message);
}

function refusalOf(error: unknown): Refusal {
  const { message, cause } = error as Error;
  const text = cause instanceof Error ? `${message}: ${cause.message}` : message;
  if (isFlagError(error)) return { code: error.code, error: text, remedy: ERRORS[error.code].remedy };
  return { error: text, remedy: "Check the directory, or the address and the network." };
}
