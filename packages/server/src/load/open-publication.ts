/** A publication kept in a directory that mirrors the URLs, so that the same files can go to any CDN. @module */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { EARLY_RINGS, EVERYBODY } from "@aplomb/core";
import { isAudience } from "../audience.js";
import type { Publication, PublishedManifest } from "../publication.js";
import { isNamedBy } from "./is-named-by.js";
import { readArtefact } from "./read-artefact.js";
import { readManifest } from "./read-manifest.js";
import { readRemoteBundle, remoteBundlePath } from "./read-remote-bundle.js";

const maxEnvelopeBytes = 64 * 1024;
const maxBundleBytes = 32 * 1024 * 1024;
const sha256Pattern = /^[0-9a-f]{64}$/;

/** What a reload found. */
export interface ReloadReport {
  /** Audiences whose manifest is new or replaced, in alphabetical order. They have been announced. */
  readonly changed: readonly string[];
  /** Audiences whose files cannot be used, and why. They keep what was served before. */
  readonly problems: readonly PublicationProblem[];
}

/** Why what is published for an audience is not served. Published files have no lines: the file is the place. */
export interface PublicationProblem {
  readonly audience: string;
  /** The path of the file that cannot be used. */
  readonly file: string;
  readonly message: string;
  /** How to mend it. */
  readonly remedy: string;
  /** The version that goes on being served; undefined if there is none. */
  readonly servedVersion: number | undefined;
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
  /** Absent if there is none, or if it cannot be used. */
  readonly remote?: Uint8Array | undefined;
}

type Fault = Pick<PublicationProblem, "file" | "message" | "remedy">;

/** What an audience's folder holds, or why it cannot be used; both where only remote flags must wait. */
type Found = { readonly held: Held | undefined; readonly fault?: Fault } | Fault;

/**
 * Opens `DIR/v1/root/<n>`, `DIR/v1/<audience>/manifest`, those of early rings as `manifest.<ring>`, and
 * `DIR/v1/<audience>/b/<sha256>`; and, for flags that the endpoint resolves, `DIR.remote/<audience>/<sha256>`.
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
    const problems: PublicationProblem[] = [];
    for (const audience of await audiencesIn(base)) {
      for (const ring of rings) {
        const place = placeOf(audience, ring);
        const before = held.get(place);
        const found = await loadRing(directory, audience, ring, before);
        if ("message" in found) {
          problems.push({ audience, ...found, servedVersion: before?.manifest.version });
          continue;
        }
        if (found.held === undefined && ring !== EVERYBODY) held.delete(place);
        else if (found.held !== undefined && found.held !== before) {
          held.set(place, found.held);
          changed.push(place);
        }
        if (found.fault) problems.push({ audience, ...found.fault, servedVersion: found.held?.manifest.version });
      }
    }
    for (const place of changed) {
      const manifest = held.get(place)?.manifest;
      if (manifest) for (const listener of [...listeners]) listener(manifest);
    }
    return { changed: [...new Set(changed.map(audienceOf))], problems };
  }

  const publication: PublicationDirectory = {
    audiences: () => [...new Set([...held.keys()].map(audienceOf))].sort(),
    manifest: (audience, ring = EVERYBODY) =>
      (held.get(placeOf(audience, ring)) ?? held.get(placeOf(audience, EVERYBODY)))?.manifest,
    async bundle(audience, sha256) {
      if (!isAudience(audience) || !sha256Pattern.test(sha256)) return undefined;
      for (const ring of rings) {
        const current = held.get(placeOf(audience, ring));
        if (current?.manifest.sha256 === sha256) return current.bundle;
      }
      return await readArtefact(join(base, audience, "b", sha256), maxBundleBytes);
    },
    remoteBundle: (audience) => held.get(placeOf(audience, EVERYBODY))?.remote,
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

/** Everybody's manifest first. */
const rings: readonly number[] = [EVERYBODY, ...EARLY_RINGS.map(({ ring }) => ring)];
const placeOf = (audience: string, ring: number): string => `${audience} ${ring}`;
const audienceOf = (place: string): string => place.split(" ", 1)[0] ?? "";

/** What an audience's folder holds for a ring now: the same object when nothing did change, undefined without a manifest. */
async function loadRing(directory: string, audience: string, ring: number, before: Held | undefined): Promise<Found> {
  const folder = join(directory, "v1", audience);
  let file = join(folder, ring === EVERYBODY ? "manifest" : `manifest.${ring}`);
  let remedy = `Restore it from a backup, or from an endpoint that serves the audience; or delete ${folder} if nobody asks for it.`;
  try {
    const bytes = await readArtefact(file, maxEnvelopeBytes);
    if (bytes === undefined) return { held: undefined };
    const isKept = before && Buffer.compare(before.manifest.bytes, bytes) === 0;
    if (isKept && (before.remote || !before.manifest.remoteBundle)) return { held: before };
    const manifest = isKept ? before.manifest : readManifest(audience, bytes, ring);
    file = join(folder, "b", manifest.sha256);
    remedy = "Publish again: that puts the bundle in its place.";
    const kept = before?.manifest.sha256 === manifest.sha256 ? before.bundle : undefined;
    const bundle = kept ?? (await loadBundle(file, manifest));
    return await withRemote(directory, { manifest, bundle }, isKept ? before : undefined);
  } catch (error) {
    return { file, message: messageOf(error), remedy };
  }
}

/** Adds the bundle of remote flags. Without it everything else is served all the same, and those flags have to wait. */
async function withRemote(directory: string, held: Held, same: Held | undefined): Promise<Found> {
  const { manifest } = held;
  try {
    const remote = await readRemoteBundle(directory, manifest, maxBundleBytes);
    return { held: { ...held, remote } };
  } catch (error) {
    const file = remoteBundlePath(directory, manifest.audience, manifest.remoteBundle?.sha256 ?? "");
    const remedy = "Publish again, or copy the folder to where the publication is; it belongs beside it, not on a CDN.";
    return { held: same ?? held, fault: { file, message: messageOf(error), remedy } };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function loadBundle(path: string, manifest: PublishedManifest): Promise<Uint8Array> {
  const { version, sha256 } = manifest;
  const bundle = await readArtefact(path, maxBundleBytes);
  if (bundle === undefined) throw new Error(`version ${version} names the bundle ${sha256}, which is not there`);
  if (isNamedBy(bundle, manifest)) return bundle;
  throw new Error(`the bundle of version ${version} does not have the size and digest that the manifest names`);
}
