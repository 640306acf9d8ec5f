/** The shapes of all flags of some bundles. @module */
import { type BundleContent, contentOf } from "../bundle-content.js";
import { attributesOf } from "./attributes-of.js";
import type { FlagShape, TypeText } from "./flag-shape.js";
import { NO_SCHEMA, readsOf } from "./reads-of.js";

/**
 * One shape for each flag, by key. What several bundles say of one flag is put together: a service's bundle has the notes,
 * and each may have rules that the others lack.
 *
 * @throws Error if one of them is no bundle.
 */
export function describeShapes(bundles: readonly Uint8Array[]): FlagShape[] {
  const shapes = new Map<string, FlagShape>();
  for (const content of bundles.map(contentOf)) {
    for (const [key, shape] of shapesIn(content)) {
      const known = shapes.get(key);
      shapes.set(key, known === undefined ? shape : merged(known, shape));
    }
  }
  return [...shapes.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Entries that cannot be read have no shape. */
function shapesIn(bundle: BundleContent): [string, FlagShape][] {
  return [...bundle.flags].flatMap(([key, { content: flag }]) => {
    if (flag === undefined) return [];
    const { description, owner } = flag;
    return [[key, { key, description, owner, reads: readsOf(key, flag), attributes: attributesOf(key, bundle) }]];
  });
}

function merged(a: FlagShape, b: FlagShape): FlagShape {
  const attributes = new Map<string, ReadonlySet<TypeText>>(a.attributes);
  for (const [path, types] of b.attributes) attributes.set(path, new Set([...(attributes.get(path) ?? []), ...types]));
  return {
    key: a.key,
    description: a.description || b.description,
    owner: a.owner || b.owner,
    reads: isVague(a) ? b.reads : isVague(b) ? a.reads : new Map([...a.reads, ...b.reads]),
    attributes,
  };
}

/** Whether nothing is known of its values: what is left to remote evaluation may be without a schema. */
function isVague({ key, reads }: FlagShape): boolean {
  return reads.size === 1 && reads.get(key) === NO_SCHEMA;
}
