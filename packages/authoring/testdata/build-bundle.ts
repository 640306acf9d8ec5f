/** Builds the bundle of a selection in clear: every name and literal of it. @module */
import { type Allocation, NO_ALLOCATION } from "../src/allocation.js";
import { compileSelection } from "../src/build/compile-selection.js";
import { encodeBundle } from "../src/build/encode-bundle.js";
import type { BuiltBundle } from "../src/built-bundle.js";
import type { Selection } from "../src/selection.js";

/**
 * The bundle of a selection.
 *
 * @param allocation - Has a line for every rule that splits and every group; left out: for a selection without any.
 */
export function buildBundle(selection: Selection, allocation: Allocation = NO_ALLOCATION): BuiltBundle {
  const { trustDomain, audience } = selection;
  const encoded = encodeBundle(compileSelection(selection, allocation));
  return { audience: audience.name, kind: audience.kind, trustDomain, ...encoded };
}
