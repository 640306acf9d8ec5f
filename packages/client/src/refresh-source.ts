/** Where manifests and bundles come from. @module */

/** A manifest's envelope, as it came. */
export interface ManifestAnswer {
  readonly envelope: Uint8Array;
  /** What to ask with next time, such as an ETag; absent if the source has none. */
  readonly validator: string | undefined;
}

/** Where manifests and bundles come from. What it gives is verified, so it need not be trusted. */
export interface RefreshSource {
  /**
   * Fetches the current manifest.
   *
   * @param validator - Of the manifest that is active; absent asks unconditionally.
   * @returns Undefined when the validator still holds.
   * @throws RequestError or FlagError.
   */
  fetchManifest(validator: string | undefined, signal: AbortSignal): Promise<ManifestAnswer | undefined>;
  /**
   * Fetches a bundle by its digest.
   *
   * @param sha256 - Lower-case hex.
   * @param sizeBytes - The signed size: never read further.
   * @param reload - Go past every cache on the way.
   * @throws RequestError or FlagError.
   */
  fetchBundle(sha256: string, sizeBytes: number, reload: boolean, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * Fetches a root's envelope. A source without it serves only clients whose pinned root is the newest.
   *
   * @throws RequestError or FlagError.
   */
  fetchRoot?(version: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** A version to fetch. It proves nothing: the manifest does. */
export interface Announcement {
  readonly epoch: number;
  /** 0 in a heartbeat. */
  readonly version: number;
}

/**
 * Listens for announcements until the stream ends.
 *
 * Resolves when the other side ends it, rejects when it breaks.
 */
export type WatchBundle = (announced: (announcement: Announcement) => void, signal: AbortSignal) => Promise<void>;
