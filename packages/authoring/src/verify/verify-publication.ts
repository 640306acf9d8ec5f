/** Verifies what is published as a client would, and says what a client would say. @module */
import { createHash } from "node:crypto";
import {
  checkBundle,
  type Diagnostic,
  evaluateAll,
  type Manifest,
  openBundle,
  openRoot,
  type TrustedRoot,
  verifyManifest,
} from "@aplomb/core";
import { verifySignature } from "../ed25519.js";
import { publicationPaths } from "../publication.js";
import type { ArtefactSource } from "./artefact-source.js";

/** What to verify, and against what. */
export interface VerifyPublicationOptions {
  /** The root that clients pin. Without it, the highest root of the publication is believed. */
  readonly rootEnvelope?: Uint8Array | undefined;
  /** Default: all that the source can list. */
  readonly audiences?: readonly string[] | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** One audience's verdict. */
export interface AudienceVerdict {
  readonly audience: string;
  /** Whether clients would take the bundle. */
  readonly ok: boolean;
  /** Why not, for people; a FlagError's message begins with its code. */
  readonly error?: string;
  readonly manifest?: Manifest;
  readonly flagCount?: number;
  /** Whether clients would call themselves stale. */
  readonly isStale?: boolean;
  /** Entries that clients would set aside, or that are suspect. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A publication's verdict. */
export interface PublicationVerdict {
  /** The root that was believed; absent if there is none. */
  readonly root?: TrustedRoot;
  /** Whether the root came from the publication itself: then this says nothing about who made it. */
  readonly isOwnRoot: boolean;
  /** Why nothing could be verified. */
  readonly error?: string;
  readonly audiences: readonly AudienceVerdict[];
}

/** How many roots are looked for one after the other. */
const MAX_ROOTS = 64;

/** Verifies every audience: signatures, trust domain, digest, size, and that every entry can be evaluated. Never rejects. */
export async function verifyPublication(
  source: ArtefactSource,
  options: VerifyPublicationOptions,
): Promise<PublicationVerdict> {
  const isOwnRoot = options.rootEnvelope === undefined;
  try {
    const envelope = options.rootEnvelope ?? (await highestRoot(source));
    if (envelope === undefined)
      return { isOwnRoot, error: `there is no root at ${publicationPaths.root(1)}`, audiences: [] };
    const root = openRoot(envelope);
    const names = options.audiences ?? (await source.audiences()) ?? [];
    const audiences: AudienceVerdict[] = [];
    for (const name of names) audiences.push(await verifyAudience(source, root, name, options.atMs));
    return audiences.length > 0
      ? { root, isOwnRoot, audiences }
      : { root, isOwnRoot, error: "there is no audience to verify", audiences };
  } catch (error) {
    return { isOwnRoot, error: reasonOf(error), audiences: [] };
  }
}

async function highestRoot(source: ArtefactSource): Promise<Uint8Array | undefined> {
  let highest: Uint8Array | undefined;
  for (let version = 1; version <= MAX_ROOTS; version++) {
    const next = await source.read(publicationPaths.root(version));
    if (next === undefined) return highest;
    highest = next;
  }
  return highest;
}

async function verifyAudience(
  source: ArtefactSource,
  root: TrustedRoot,
  audience: string,
  atMs: number,
): Promise<AudienceVerdict> {
  let manifest: Manifest | undefined;
  try {
    const envelope = await source.read(publicationPaths.manifest(audience));
    if (envelope === undefined) throw new Error(`there is no manifest at ${publicationPaths.manifest(audience)}`);
    manifest = await verifyManifest(envelope, { root, audience }, { verifySignature });
    const path = publicationPaths.bundle(audience, manifest.sha256);
    const bytes = await source.read(path);
    if (bytes === undefined) throw new Error(`the manifest names a bundle that is not at ${path}`);
    checkBundle(manifest, bytes, createHash("sha256").update(bytes).digest());
    const flagSet = openBundle(bytes);
    evaluateAll(flagSet, {});
    const { diagnostics, flagCount } = flagSet;
    const ok = diagnostics.every(({ severity }) => severity !== "quarantined");
    return { audience, ok, manifest, flagCount, isStale: atMs > manifest.freshUntilMs, diagnostics };
  } catch (error) {
    return { audience, ok: false, error: reasonOf(error), ...(manifest && { manifest }), diagnostics: [] };
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
