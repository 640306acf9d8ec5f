/** Gets the bundle that a manifest names, and nothing else. @module */
import type { Manifest } from "@aplomb/core";
import { checkBundle, isFlagError } from "@aplomb/core/reading";
import type { RefreshSource } from "../refresh-source.js";
import { RequestError } from "../retry/request-error.js";

/**
 * Fetches a bundle by its digest and checks that it is the one.
 *
 * A wrong one is fetched once more, past every cache. One that is not there yet is on its way: the manifest was.
 *
 * @throws FlagError HASH; RequestError.
 */
export async function fetchBundle(
  manifest: Manifest,
  source: RefreshSource,
  digest: (bytes: Uint8Array) => Promise<Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const attempt = async (reload: boolean): Promise<Uint8Array> => {
    const bytes = await source.fetchBundle(manifest.sha256, manifest.sizeBytes, reload, signal);
    checkBundle(manifest, bytes, await digest(bytes));
    return bytes;
  };
  try {
    return await attempt(false).catch((error) => {
      if (isFlagError(error, "HASH")) return attempt(true);
      throw error;
    });
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) {
      throw new RequestError(`bundle ${manifest.sha256} is announced and not there yet`, { cause: error });
    }
    throw error;
  }
}
