/** Reads the two sides of a comparison, so that both speak of the same audiences. @module */
import { readBundleOf, readBundles, type SideBundle } from "./read-bundles.js";

/** Bundles to compare, by audience. */
export interface Sides {
  readonly before: readonly SideBundle[];
  readonly after: readonly SideBundle[];
}

/**
 * Both sides. A file of one bundle is compared with the other side's only bundle, or with that of the audience named.
 *
 * @throws What reading either side throws; FlagError OPTION when an audience has to be named.
 */
export async function readSides(before: string, after: string, audience: string | undefined): Promise<Sides> {
  if (audience !== undefined) return oneEach(before, after, audience);
  const sides = { before: await readBundles(before), after: await readBundles(after) };
  const isFile = [...sides.before, ...sides.after].some((bundle) => bundle.audience === "");
  return isFile ? oneEach(before, after, audience) : sides;
}

async function oneEach(before: string, after: string, audience: string | undefined): Promise<Sides> {
  const [old, now] = [await readBundleOf(before, audience), await readBundleOf(after, audience)];
  const name = audience ?? (old.audience || now.audience);
  return { before: [{ ...old, audience: name }], after: [{ ...now, audience: name }] };
}
