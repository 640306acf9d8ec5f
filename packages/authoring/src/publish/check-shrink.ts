/** Stops a publication that has lost most of its flags, before clients refuse it. @module */
import { join } from "node:path";
import { openBundle } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";
import { type PublishedManifest, publicationPaths } from "../publication.js";
import { readIfThere } from "./read-published.js";

/** Clients' rule: losing fewer flags than this is no accident, unless none are left. */
const FEW = 10;

/**
 * Compares the flags of a bundle with those of the one that is published; where that one's bytes are gone, there is
 * nothing to compare.
 *
 * @throws AuthoringError SHRINK when all are gone, or more than half and more than ten, and that is not allowed.
 */
export async function checkShrink(
  dir: string,
  bundle: BuiltBundle,
  options: { readonly last: PublishedManifest | undefined; readonly allowShrink: boolean },
): Promise<void> {
  const { last, allowShrink } = options;
  if (last === undefined || allowShrink || last.manifest.sha256 === bundle.sha256) return;
  const bytes = await readIfThere(join(dir, publicationPaths.bundle(bundle.audience, last.manifest.sha256)));
  if (bytes === undefined) return;
  const before = openBundle(bytes).flagCount;
  const after = openBundle(bundle.bytes).flagCount;
  const lost = before - after;
  if (lost <= 0 || (after > 0 && (lost <= FEW || lost * 2 <= before))) return;
  throw new AuthoringError(`${bundle.audience} would be left with ${after} of ${before} flags: clients refuse that`, {
    code: "SHRINK",
    remedy:
      "If it is meant, sign with --allow-shrink. If not, look for files that are not there: nothing was published.",
  });
}
