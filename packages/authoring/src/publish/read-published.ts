/** Reads what a publication directory holds now. @module */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { EARLY_RINGS, EVERYBODY, type Manifest } from "@aplomb/core";
import { EnvelopeSchema, type Manifest as ManifestMessage, ManifestSchema } from "@aplomb/proto/trust";
import { fromBinary } from "@bufbuild/protobuf";
import { AuthoringError } from "../authoring-error.js";
import { type PublishedManifest, publicationPaths, type RemoteBundleRef } from "../publication.js";

/**
 * The manifest that an audience has now, as written there: a publisher believes its own directory.
 *
 * @param ring - Default: everybody's.
 * @returns undefined if the audience has none.
 * @throws AuthoringError PUBLICATION_UNREADABLE: its version is not known then, and a guess could be a step back.
 */
async function readPublished(
  dir: string,
  audience: string,
  ring: number = EVERYBODY,
): Promise<PublishedManifest | undefined> {
  return readManifestAt(join(dir, publicationPaths.manifest(audience, ring)));
}

/**
 * The manifests that an audience has now, by their rings; that of everybody is {@link EVERYBODY}'s.
 *
 * @throws AuthoringError PUBLICATION_UNREADABLE, also where a manifest lies in another ring's place.
 */
export async function readRings(dir: string, audience: string): Promise<ReadonlyMap<number, PublishedManifest>> {
  const found = new Map<number, PublishedManifest>();
  for (const ring of [EVERYBODY, ...EARLY_RINGS.map((early) => early.ring)]) {
    const published = await readPublished(dir, audience, ring);
    if (published === undefined) continue;
    if (published.manifest.ring !== ring) {
      const remedy = "Somebody has moved it there. Restore it from a backup or from the endpoint.";
      const message = `${publicationPaths.manifest(audience, ring)} was signed for ring ${published.manifest.ring}`;
      throw new AuthoringError(message, { code: "PUBLICATION_UNREADABLE", remedy });
    }
    found.set(ring, published);
  }
  return found;
}

/** What everybody's manifest has replaced last; undefined where there were no rings then. */
export async function readPrevious(dir: string, audience: string): Promise<PublishedManifest | undefined> {
  return readManifestAt(join(dir, publicationPaths.previous(audience)));
}

async function readManifestAt(path: string): Promise<PublishedManifest | undefined> {
  const envelope = await readIfThere(path);
  if (envelope === undefined) return undefined;
  try {
    return { envelope, manifest: manifestIn(envelope), remoteBundle: remoteBundleIn(envelope) };
  } catch (cause) {
    const remedy =
      "Restore it from a backup or from the endpoint. If no client has ever seen this publication, delete the directory.";
    throw new AuthoringError(`${path} is not a manifest`, { code: "PUBLICATION_UNREADABLE", remedy, cause });
  }
}

/** A file's bytes; undefined if there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** What a manifest's envelope says of the file that only the endpoint reads; nothing is verified. Throws for anything else. */
export function remoteBundleIn(envelope: Uint8Array): RemoteBundleRef | undefined {
  const { remoteBundle } = messageIn(envelope);
  if (remoteBundle === undefined) return undefined;
  return { sha256: Buffer.from(remoteBundle.sha256).toString("hex"), sizeBytes: Number(remoteBundle.sizeBytes) };
}

/** What a manifest's envelope says to clients; nothing is verified. Throws for anything else. */
export function manifestIn(envelope: Uint8Array): Manifest {
  const message = messageIn(envelope);
  if (message.bundle?.sha256.length !== 32) throw new RangeError("the manifest names no bundle");
  return {
    trustDomain: message.trustDomain,
    audience: message.audience,
    rootVersion: Number(message.rootVersion),
    epoch: Number(message.epoch),
    version: Number(message.version),
    issuedAtMs: Number(message.issuedAtMs),
    freshUntilMs: Number(message.freshUntilMs),
    sha256: Buffer.from(message.bundle.sha256).toString("hex"),
    sizeBytes: Number(message.bundle.sizeBytes),
    minReader: message.minReader,
    ring: message.ring,
    allowShrink: message.allowShrink,
  };
}

function messageIn(envelope: Uint8Array): ManifestMessage {
  return fromBinary(ManifestSchema, fromBinary(EnvelopeSchema, envelope).payload);
}
