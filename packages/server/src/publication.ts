/** What is published: signed manifests, bundles and roots, as the endpoint serves them. @module */

/** The current manifest of an audience: the bytes to serve, and what they say. Clients verify; the endpoint only reads. */
export interface PublishedManifest {
  readonly audience: string;
  /** The early ring that it was signed for; 0: everybody. */
  readonly ring: number;
  /** A serialised Envelope around the signed Manifest: served as it is. */
  readonly bytes: Uint8Array;
  /** A strong entity tag, in quotes. */
  readonly etag: string;
  readonly epoch: number;
  readonly version: number;
  /** Lower-case hex SHA-256 of the bundle. */
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970 UTC. */
  readonly issuedAtMs: number;
  /** Milliseconds since 1970 UTC; past it clients are stale. */
  readonly freshUntilMs: number;
  /** What the endpoint alone evaluates flags in that the bundle leaves out; absent where it leaves none out. */
  readonly remoteBundle?: { readonly sha256: string; readonly sizeBytes: number } | undefined;
}

/** Published artefacts, wherever they are kept. Byte arrays belong to the publication: read them, do not change them. */
export interface Publication {
  /** The audiences that have a manifest, in alphabetical order. */
  audiences(): readonly string[];
  /**
   * The manifest to serve now; undefined for an audience without one.
   *
   * @param ring - Default 0: everybody. A ring that nothing is published for gets everybody's.
   */
  manifest(audience: string, ring?: number): PublishedManifest | undefined;
  /**
   * A bundle by its address; undefined where there is none. Older bundles stay readable as long as they are kept.
   *
   * @param sha256 - 64 lower-case hex digits; anything else finds nothing.
   */
  bundle(audience: string, sha256: string): Promise<Uint8Array | undefined>;
  /**
   * The bundle that flags are evaluated in that everybody's current one marks as remote: never to be served. Undefined where the audience
   * has none, or where it is not kept here.
   */
  remoteBundle(audience: string): Uint8Array | undefined;
  /** The signed root of a version, counted from 1; undefined where there is none. */
  root(version: number): Promise<Uint8Array | undefined>;
  /** Calls back with each manifest that replaces another or is the first of its audience and ring. The returned function ends that. */
  onChange(listener: (manifest: PublishedManifest) => void): () => void;
}
