/** The flag sets that the endpoint answers from: what is published for an audience, opened once for each version. @module */
import { type FlagSet, openBundle } from "@aplomb/core";
import type { Publication, PublishedManifest } from "../publication.js";

/** What an audience's flags are answered from. */
export interface AnswerSet {
  readonly audience: string;
  /** What the audience may ask for: the flags of its bundle. */
  readonly visible: FlagSet;
  /** Flags that the bundle only names, and those that they hang on, which the audience may not ask for. */
  readonly remote: FlagSet | undefined;
  /** Says which flags these are: changes with every change of them. */
  readonly sha256: string;
}

/** Opens what is published. */
export interface AnswerSets {
  /**
   * What an audience's flags are answered from now; undefined where nothing is published.
   *
   * @throws FlagError when what is published cannot be opened.
   */
  of(audience: string): Promise<AnswerSet | undefined>;
}

interface Opened {
  readonly manifest: PublishedManifest;
  readonly remote: Uint8Array | undefined;
  readonly set: AnswerSet;
}

/** Bundles are opened when they are first asked for, and kept until another version is. */
export function createAnswerSets(publication: Publication): AnswerSets {
  const opened = new Map<string, Opened>();
  return {
    async of(audience) {
      const manifest = publication.manifest(audience);
      if (manifest === undefined) return undefined;
      const remote = publication.remoteBundle(audience);
      const known = opened.get(audience);
      if (known && known.remote === remote && isSameVersion(known.manifest, manifest)) return known.set;
      const bundle = await publication.bundle(audience, manifest.sha256);
      if (bundle === undefined) return known?.set;
      const set = open(manifest, bundle, remote);
      opened.set(audience, { manifest, remote, set });
      return set;
    },
  };
}

function open(
  { audience, version, sha256 }: PublishedManifest,
  bundle: Uint8Array,
  remote: Uint8Array | undefined,
): AnswerSet {
  const named = { bundleVersion: version, bundleId: sha256 };
  return {
    audience,
    visible: openBundle(bundle, named),
    remote: remote && openBundle(remote, named),
    sha256,
  };
}

/** Manifests are signed again for freshness; what they name is the same then. */
function isSameVersion(a: PublishedManifest, b: PublishedManifest): boolean {
  return a.epoch === b.epoch && a.version === b.version && a.sha256 === b.sha256;
}
