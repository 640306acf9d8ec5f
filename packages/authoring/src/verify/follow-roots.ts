/** Follows the roots of a publication as clients do, one by one. @module */
import { FlagError, openRoot, type TrustedRoot } from "@aplomb/core";
import { publicationPaths } from "../publication.js";
import type { ArtefactSource } from "./artefact-source.js";
import { verifyNextRoot } from "./verify-next-root.js";

/** How many roots are looked for one after the other. */
const MAX_ROOTS = 64;

/**
 * The newest root that whoever trusts this one believes.
 *
 * @throws FlagError as verifyNextRoot: a root is there that must not be believed.
 */
export async function followRoots(source: ArtefactSource, trusted: TrustedRoot): Promise<TrustedRoot> {
  let newest = trusted;
  for (let hops = 0; hops < MAX_ROOTS; hops++) {
    const envelope = await source.read(publicationPaths.root(newest.version + 1));
    if (envelope === undefined) return newest;
    newest = await verifyNextRoot(newest, envelope);
  }
  return newest;
}

/**
 * A publication's own first root: the lowest that it has.
 *
 * @throws FlagError ROOT if it has none.
 */
export async function firstRoot(source: ArtefactSource): Promise<TrustedRoot> {
  for (let version = 1; version <= MAX_ROOTS; version++) {
    const envelope = await source.read(publicationPaths.root(version));
    if (envelope !== undefined) return openRoot(envelope);
  }
  throw new FlagError("ROOT", `there is no root at ${publicationPaths.root(1)}`);
}
