/** Writes a compiled bundle as bytes. @module */
import { BundleSchema, FlagSchema, type Segment, SegmentSchema } from "@aplomb/proto/bundle";
import { create, toBinary } from "@bufbuild/protobuf";
import type { BuiltBundle } from "../built-bundle.js";
import { type CompiledBundle, NOW_ATTRIBUTE } from "../compiled-bundle.js";
import { sha256Hex } from "../sha256-hex.js";

/** The schema that these bundles are written for. */
const BUNDLE_SCHEMA = 1;

/** The bytes of a bundle. Equal messages give equal bytes, whatever the machine and the order of the files. */
export function encodeBundle(compiled: CompiledBundle): Pick<BuiltBundle, "bytes" | "sha256" | "flags"> {
  const bundle = create(BundleSchema, {
    schema: BUNDLE_SCHEMA,
    allocationSalt: compiled.allocationSalt,
    flags: [...compiled.flags].map(([key, flag]) => ({ key, flag: toBinary(FlagSchema, flag) })),
    segments: [...compiled.segments]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, segment]) => ({ id, segment: toBinary(SegmentSchema, segment) })),
    usesSchedules: [...compiled.segments.values()].some(readsClock),
  });
  const bytes = toBinary(BundleSchema, bundle);
  return {
    bytes,
    sha256: sha256Hex(bytes),
    flags: [...compiled.flags.keys()],
  };
}

function readsClock({ targeting }: Segment): boolean {
  const criteria = targeting?.criteria ?? [];
  return criteria.some(({ kind }) => kind.case === "attribute" && kind.value.path === NOW_ATTRIBUTE);
}
