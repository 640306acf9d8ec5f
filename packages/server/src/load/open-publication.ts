/** A publication kept in a directory that mirrors the URLs, so that the same files can go to any CDN. @module */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isAudience } from "../audience.js";
import type { Publication, PublishedManifest } from "../publication.js";
import { readArtefact } from "./read-artefact.js";
import { readManifest } from "./read-manifest.js";

const maxEnvelopeBytes = 64 * 1024;
const maxBundleBytes = 32 * 1024 * 1024;
const sha256Pattern = /^[0-9a-f]{64}$/;

/** What a reload found. */
export interface ReloadReport {
  /** Audiences whose manifest is new or replaced, in alphabetical order. They have been announced. */
  readonly changed: readonly string[];
  /** Audiences whose files cannot be used, and why. They keep what was served before. */
  readonly problems: readonly { readonly audience: string; readonly message: string }[];
}

/** A publication in a directory. */
export interface PublicationDirectory extends Publication {
  /**
   * Reads the manifests again and announces those that changed. A manifest counts only together with its bundle: present, of the
   * signed size and digest. Never rejects for the sake of one audience; calls run one after the other.
   */
  reload(): Promise<ReloadReport>;
}

interface Held {
  readonly manifest: PublishedManifest;
  readonly bundle: Uint8Array;
}

/**
 * Opens `DIR/v1/root/<n>`, `DIR/v1/<audience>/manifest` and `DIR/v1/<audience>/b/<sha256>`.
 *
 * Whoever publishes writes a bundle before the manifest that names it, moves files into place, and calls `reload`.
 * A directory that is not there yet is an empty publication.
 *
 * @param directory - The directory above `v1`.
 */
export async function openPublication(directory: string): Promise<PublicationDirectory> {
  const base = join(directory, "v1");
  const held = new Map<string, Held>();
  const listeners = new Set<(manifest: PublishedManifest) => void>();
  let reloading: Promise<unknown> = Promise.resolve();

  async function reloadNow(): Promise<ReloadReport> {
    const changed: string[] = [];
    const problems: { audience: string; message: string }[] = [];
    for (const audience of await audiencesIn(base)) {
      try {
        const next = await loadAudience(base, audience, held.get(audience));
        if (next === undefined || next === held.get(audience)) continue;
        held.set(audience, next);
        changed.push(audience);
      } catch (error) {
        problems.push({ audience, message: error instanceof Error ? error.message : String(error) });
      }
    }
    for (const audience of changed) {
      const manifest = held.get(audience)?.manifest;
      if (manifest) for (const listener of [...listeners]) listener(manifest);
    }
    return { changed, problems };
  }

  const publication: PublicationDirectory = {
    audiences: () => [...held.keys()].sort(),
    manifest: (audience) => held.get(audience)?.manifest,
    async bundle(audience, sha256) {
      if (!isAudience(audience) || !sha256Pattern.test(sha256)) return undefined;
      const current = held.get(audience);
      if (current?.manifest.sha256 === sha256) return current.bundle;
      return await readArtefact(join(base, audience, "b", sha256), maxBundleBytes);
    },
    async root(version) {
      if (!Number.isSafeInteger(version) || version < 1) return undefined;
      return await readArtefact(join(base, "root", String(version)), maxEnvelopeBytes);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    reload() {
      const report = reloading.then(reloadNow);
      reloading = report.catch(() => undefined);
      return report;
    },
  };
  await publication.reload();
  return publication;
}

/** The names of the audiences that have a folder; none where the directory does not exist. */
async function audiencesIn(base: string): Promise<string[]> {
  try {
    return (await readdir(base)).filter(isAudience).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** What an audience's folder holds now: the same object when the manifest did not change, undefined without a manifest. */
async function loadAudience(base: string, audience: string, before: Held | undefined): Promise<Held | undefined> {
  const bytes = await readArtefact(join(base, audience, "manifest"), maxEnvelopeBytes);
  if (bytes === undefined) return undefined;
  if (before && Buffer.compare(before.manifest.bytes, bytes) === 0) return before;
  const manifest = readManifest(audience, bytes);
  const kept = before?.manifest.sha256 === manifest.sha256 ? before.bundle : undefined;
  const bundle = kept ?? (await readArtefact(join(base, audience, "b", manifest.sha256), maxBundleBytes));
  if (bundle === undefined) {
    throw new Error(`version ${manifest.version} names the bundle ${manifest.sha256}, which is not there`);
  }
  const digest = kept ? manifest.sha256 : createHash("sha256").update(bundle).digest("hex");
  if (bundle.length !== manifest.sizeBytes || digest !== manifest.sha256) {
    throw new Error(
      `the bundle of version ${manifest.version} does not have the size and digest that the manifest names`,
    );
  }
  return { manifest, bundle };
}
