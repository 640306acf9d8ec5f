/** From built bundles to a signed publication. @module */
import type { BuiltBundle } from "./built-bundle.js";
import type { PublishedAudience } from "./publication.js";
import { checkBundle } from "./publish/check-bundle.js";
import { readPublished } from "./publish/read-published.js";
import { writePublished, writeRoot } from "./publish/write-published.js";
import { type SignOptions, signBundle } from "./sign/sign-bundle.js";

/** Where to publish, and how to sign. */
export interface PublishOptions extends Omit<SignOptions, "last"> {
  /** The publication's directory; its paths are the endpoint's URLs. Made if it is not there. */
  readonly dir: string;
}

/**
 * Publishes bundles: the root, then for each audience the bundle, then the manifest that names it.
 *
 * All bundles are opened as clients would and signed before the first file is written, so that what cannot be published
 * leaves the publication as it was. One publisher at a time: two would give one version twice.
 *
 * @returns One for each bundle, in their order.
 * @throws AuthoringError BUNDLE_REFUSED, VERSION, TRUST_DOMAIN, ROOT_CONFLICT, KEYS_UNREADABLE, PUBLICATION_UNREADABLE
 */
export async function publishBundles(
  bundles: readonly BuiltBundle[],
  options: PublishOptions,
): Promise<PublishedAudience[]> {
  const { dir, ...signing } = options;
  const signed: { bundle: BuiltBundle; published: PublishedAudience }[] = [];
  for (const bundle of bundles) {
    checkBundle(bundle);
    const last = await readPublished(dir, bundle.audience);
    signed.push({ bundle, published: await signBundle(bundle, { ...signing, last }) });
  }
  await writeRoot(dir, options.keys.rootEnvelope);
  for (const { bundle, published } of signed) await writePublished(dir, bundle, published);
  return signed.map(({ published }) => published);
}
