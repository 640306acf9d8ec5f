/** Writes the bundle of one audience. @module */
import { createHash } from "node:crypto";
import { BundleSchema, FlagSchema, type Segment, SegmentSchema } from "@aplomb/proto/bundle";
import { create, toBinary } from "@bufbuild/protobuf";
import type { BuiltBundle } from "../built-bundle.js";
import { EVERYBODY } from "../segment-file.js";
import type { Selection } from "../selection.js";
import { compileCondition } from "./compile-condition.js";
import { compileFlag } from "./compile-flag.js";

/** The schema that these bundles are written for. */
const BUNDLE_SCHEMA = 1;

/** The bundle of a selection. Equal selections give equal bytes, whatever the machine and the order of the files. */
export function buildBundle(selection: Selection): BuiltBundle {
  const compiled = selection.flags.map((file) => ({ key: file.key, ...compileFlag(file) }));
  const segments = new Map<string, Segment>();
  for (const { key, when, description } of selection.segments) {
    segments.set(key, create(SegmentSchema, { targeting: compileCondition(when), description: description ?? "" }));
  }
  for (const { id, segment } of compiled.flatMap((flag) => flag.segments)) segments.set(id, segment);
  const named = compiled.flatMap(({ flag }) => flag.rules.map((rule) => rule.segment));
  if (named.includes(EVERYBODY)) segments.set(EVERYBODY, create(SegmentSchema));

  const bundle = create(BundleSchema, {
    schema: BUNDLE_SCHEMA,
    allocationSalt: selection.trustDomain,
    flags: compiled.map(({ key, flag }) => ({ key, flag: toBinary(FlagSchema, flag) })),
    segments: [...segments]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, segment]) => ({ id, segment: toBinary(SegmentSchema, segment) })),
  });
  const bytes = toBinary(BundleSchema, bundle);
  return {
    audience: selection.audience.name,
    kind: selection.audience.kind,
    trustDomain: selection.trustDomain,
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    flags: compiled.map(({ key }) => key),
  };
}
