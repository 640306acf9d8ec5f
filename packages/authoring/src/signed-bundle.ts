/** A bundle and the manifest that speaks for it, before both are published. @module */
import type { BuiltBundle } from "./built-bundle.js";
import type { PublishedAudience } from "./publication.js";

/** A bundle, and its audience as it will be once it is published. */
export interface SignedBundle {
  readonly bundle: BuiltBundle;
  readonly published: PublishedAudience;
  /** What only the endpoint is given, if anything: the bytes that the manifest names. */
  readonly remoteFile?: Uint8Array | undefined;
}

/** What publishing takes: it needs no key. */
export interface SignedBuild {
  /** The envelopes of the roots, the oldest first; the manifests are signed under the newest. */
  readonly roots: readonly Uint8Array[];
  readonly bundles: readonly SignedBundle[];
}
