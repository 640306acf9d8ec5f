/** Compiles what one audience may have. @module */
import { type Flag, type Segment, SegmentSchema } from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import type { Allocation } from "../allocation.js";
import type { CompiledBundle } from "../compiled-bundle.js";
import { EVERYBODY } from "../segment-file.js";
import type { Selection } from "../selection.js";
import { compileCondition } from "./compile-condition.js";
import { compileFlag } from "./compile-flag.js";

/**
 * The flags and segments of a selection, in clear and with every name.
 *
 * @param allocation - Has a line for every rule that splits and every group.
 */
export function compileSelection(selection: Selection, allocation: Allocation): CompiledBundle {
  const flags = new Map<string, Flag>();
  const segments = new Map<string, Segment>([[EVERYBODY, create(SegmentSchema)]]);
  for (const { key, when, description } of selection.segments) {
    segments.set(key, create(SegmentSchema, { targeting: compileCondition(when), description: description ?? "" }));
  }
  for (const file of selection.flags) {
    const compiled = compileFlag(file, allocation);
    flags.set(file.key, compiled.flag);
    for (const { id, segment } of compiled.segments) segments.set(id, segment);
  }
  return { allocationSalt: selection.trustDomain, flags, segments };
}
