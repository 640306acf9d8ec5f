/** The shapes of all flags of some bundles. @module */
import type { Flag } from "@aplomb/proto/bundle";
import { type BundleContent, contentOf } from "../bundle-content.js";
import { attributesOf } from "./attributes-of.js";
import type { FlagShape, TypeText } from "./flag-shape.js";
import { readsOf } from "./reads-of.js";

/**
 * One shape for each flag, by key. What several bundles say of one flag is put together: a service's bundle has the notes,
 * and each may have rules that the others lack.
 *
 * @throws Error if one of them is no bundle.
 */
export function describeShapes(bundles: readonly Uint8Array[]): FlagShape[] {
  const contents = bundles.map(contentOf);
  const keys = new Set(contents.flatMap(({ flags }) => [...flags.keys()]));
  return [...keys].sort().flatMap((key) => shapeOf(key, contents) ?? []);
}

/** Entries that cannot be read say nothing; a flag of which there are no others has no shape. */
function shapeOf(key: string, bundles: readonly BundleContent[]): FlagShape | undefined {
  const flags = bundles.flatMap((bundle) => bundle.flags.get(key)?.content ?? []);
  if (flags.length === 0) return undefined;
  const attributes = new Map<string, ReadonlySet<TypeText>>();
  for (const bundle of bundles.filter((each) => each.flags.has(key))) {
    for (const [path, types] of attributesOf(key, bundle))
      attributes.set(path, new Set([...(attributes.get(path) ?? []), ...types]));
  }
  return {
    key,
    description: noteIn(flags, "description"),
    owner: noteIn(flags, "owner"),
    reads: allReadsOf(key, flags),
    attributes,
  };
}

function noteIn(flags: readonly Flag[], note: "description" | "owner"): string {
  return flags.map((flag) => flag[note]).find((text) => text !== "") ?? "";
}

/** What is left to remote evaluation may be without a schema, and is passed over where another bundle has one. */
function allReadsOf(key: string, flags: readonly Flag[]): ReadonlyMap<string, TypeText> {
  const variants = flags.flatMap((flag) => flag.variants);
  const known = flags.filter(({ schema }) => schema !== undefined);
  return new Map((known.length > 0 ? known : flags).flatMap((flag) => [...readsOf(key, flag, variants)]));
}
