/** Reads a published bundle back, if a key of the newest root has signed for it. @module */
import { join } from "node:path";
import { checkBundle, openRoot, verifyManifest } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";
import { verifySignature } from "../ed25519.js";
import { type PublishedManifest, publicationPaths } from "../publication.js";
import { readIfThere } from "../publish/read-published.js";
import { sha256Hex } from "../sha256-hex.js";
import type { PublishingKeys } from "../signing-key.js";

/**
 * The bundle that a published manifest names: what may be signed again without its files.
 *
 * @throws AuthoringError PUBLICATION_UNREADABLE if the manifest is not believed, or its bundle is not there.
 */
export async function believedBundle(
  dir: string,
  audience: string,
  last: PublishedManifest,
  keys: PublishingKeys,
): Promise<BuiltBundle> {
  try {
    const root = openRoot(keys.rootEnvelope);
    const { trustDomain, sha256 } = await verifyManifest(last.envelope, { root, audience }, { verifySignature });
    const bytes = await readIfThere(join(dir, publicationPaths.bundle(audience, sha256)));
    if (bytes === undefined) throw new RangeError("its bundle is not there");
    checkBundle(last.manifest, bytes, Buffer.from(sha256Hex(bytes), "hex"));
    return { audience, kind: "service", trustDomain, bytes, sha256, flags: [] };
  } catch (cause) {
    throw new AuthoringError(`${audience} cannot be signed again as it is: ${(cause as Error).message}`, {
      code: "PUBLICATION_UNREADABLE",
      remedy: "Build, sign and publish it from its files.",
      cause,
    });
  }
}
