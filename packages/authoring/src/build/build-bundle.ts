/** Builds the bundle of a selection in clear. @module */
import { type Allocation, NO_ALLOCATION } from "../allocation.js";
import type { BuiltBundle } from "../built-bundle.js";
import type { Selection } from "../selection.js";
import { compileSelection } from "./compile-selection.js";
import { encodeBundle } from "./encode-bundle.js";

/**
 * Every name and literal of a selection as a bundle: what projections are held to.
 *
 * @param allocation - Left out: everything is cut in the order of the files.
 */
export function buildBundle(selection: Selection, allocation: Allocation = NO_ALLOCATION): BuiltBundle {
  const { trustDomain, audience } = selection;
  const encoded = encodeBundle(compileSelection(selection, allocation));
  return { audience: audience.name, kind: audience.kind, trustDomain, ...encoded };
}
