/** What is published of an audience, and where it lies: paths are the endpoint's URLs. @module */
import { EVERYBODY, type Manifest } from "@aplomb/core";

/** Paths inside a publication, with forward slashes: on disk below its directory, on the web below the endpoint. */
export const publicationPaths: {
  readonly root: (version: number) => string;
  /** That of an early ring lies beside everybody's; its address is `v1/<audience>/manifest/<ring>`. */
  readonly manifest: (audience: string, ring?: number) => string;
  /** The manifest that everybody's has replaced last, where there are rings: what a halt goes back to. */
  readonly previous: (audience: string) => string;
  readonly bundle: (audience: string, sha256: string) => string;
} = {
  root: (version) => `v1/root/${version}`,
  manifest: (audience, ring = EVERYBODY) => `v1/${audience}/manifest${ring === EVERYBODY ? "" : `.${ring}`}`,
  previous: (audience) => `v1/${audience}/manifest.previous`,
  bundle: (audience, sha256) => `v1/${audience}/b/${sha256}`,
};

/** What a manifest says of the file that only the endpoint reads. */
export interface RemoteBundleRef {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** The manifest that an audience has now. */
export interface PublishedManifest {
  readonly manifest: Manifest;
  /** Browsers: where the flags are that the endpoint resolves; absent if it resolves none. */
  readonly remoteBundle?: RemoteBundleRef | undefined;
  /** As it is served. */
  readonly envelope: Uint8Array;
}

/**
 * What publishing did with an audience: a new version, the same version signed again for freshness (or by a new key or
 * root), or nothing.
 */
export type PublishedChange = "new" | "refreshed" | "unchanged";

/** An audience after publishing. */
export interface PublishedAudience extends PublishedManifest {
  readonly change: PublishedChange;
}
