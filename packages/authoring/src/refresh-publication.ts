/** Signs what is published again, so that clients can tell it from something that was held back. @module */
import { join } from "node:path";
import { checkBundle, openRoot, verifyManifest } from "@aplomb/core";
import { AuthoringError } from "./authoring-error.js";
import { verifySignature } from "./ed25519.js";
import { type PublishedAudience, type PublishedManifest, publicationPaths } from "./publication.js";
import { holdPublication } from "./publish/hold-publication.js";
import { putPublication } from "./publish/put-publication.js";
import { readIfThere, readPublished } from "./publish/read-published.js";
import { sha256Hex } from "./sha256-hex.js";
import { type SignOptions, signBundle } from "./sign/sign-bundle.js";
import type { SignedBundle } from "./signed-bundle.js";
import { directorySource } from "./verify/artefact-source.js";

/** What to sign again, and how. */
export interface RefreshOptions extends Pick<SignOptions, "keys" | "atMs" | "freshForMs"> {
  /** The publication's directory. */
  readonly dir: string;
}

/**
 * Signs the manifests of a publication again whose freshness is half over, or that were signed under an earlier root.
 * Bundles and versions stay.
 *
 * Only what a key of the newest root has signed is signed again: after a key was revoked, what it has signed must be
 * built anew from the files.
 *
 * @throws AuthoringError PUBLICATION_UNREADABLE if a manifest is not believed or its bundle is not there; ROOT_EXPIRED,
 * ROOT_CONFLICT, KEYS_UNREADABLE, PUBLICATION_LOCKED
 */
export async function refreshPublication(options: RefreshOptions): Promise<PublishedAudience[]> {
  const { dir } = options;
  const audiences = (await directorySource(dir).audiences()) ?? [];
  const published = audiences.length === 0 ? [] : await holdPublication(dir, () => refresh(audiences, options));
  if (published.length > 0) return published;
  const remedy = "Name the directory that `aplomb publish` published into.";
  throw new AuthoringError(`there is nothing published in ${dir}`, { code: "PUBLICATION_UNREADABLE", remedy });
}

async function refresh(audiences: readonly string[], options: RefreshOptions): Promise<PublishedAudience[]> {
  const { dir, ...signing } = options;
  const bundles: SignedBundle[] = [];
  for (const audience of audiences) {
    const last = await readPublished(dir, audience);
    if (last === undefined) continue;
    const bundle = await believedBundle(dir, audience, last, options);
    bundles.push({
      bundle,
      published: await signBundle(bundle, { ...signing, last, remoteBundle: last.remoteBundle }),
    });
  }
  if (bundles.length === 0) return [];
  await putPublication(dir, { roots: [...(options.keys.earlierRoots ?? []), options.keys.rootEnvelope], bundles });
  return bundles.map(({ published }) => published);
}

async function believedBundle(
  dir: string,
  audience: string,
  last: PublishedManifest,
  { keys }: RefreshOptions,
): Promise<SignedBundle["bundle"]> {
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
