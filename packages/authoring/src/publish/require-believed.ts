/** Asks who signed the manifest from which the next version is counted. @module */
import { openRoot, verifyManifest } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import { verifySignature } from "../ed25519.js";
import type { PublishedManifest } from "../publication.js";

/**
 * Requires that the published manifest was signed under one of the roots.
 *
 * A publication's directory is written to by whoever serves it. A forged manifest there says nothing to clients, but
 * counted on from it would make this key sign the version after it: the highest there is, say, after which none can follow.
 *
 * @throws AuthoringError PUBLICATION_UNREADABLE
 */
export async function requireBelieved(
  { manifest, envelope }: PublishedManifest,
  audience: string,
  roots: readonly Uint8Array[],
): Promise<void> {
  for (const root of roots.map(openRoot)) {
    if (root.version !== manifest.rootVersion) continue;
    const isBelieved = await verifyManifest(envelope, { root, audience }, { verifySignature }).then(
      () => true,
      () => false,
    );
    if (isBelieved) return;
  }
  throw new AuthoringError(`the published manifest of ${audience} was not signed under any root of these keys`, {
    code: "PUBLICATION_UNREADABLE",
    remedy:
      "If the keys are new, publish into another directory. If not, somebody has changed the publication: restore the manifest from a backup, or from what clients have.",
  });
}
