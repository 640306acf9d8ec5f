/** Replaces names that only help people by names that say nothing. @module */
import {
  CriterionSchema,
  type Flag,
  FlagSchema,
  type Materialization,
  type Segment,
  SegmentSchema,
  TargetingSchema,
} from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import type { CompiledBundle } from "../compiled-bundle.js";
import { opaqueName } from "../opaque-name.js";
import { EVERYBODY } from "../segment-file.js";

/** A bundle that names neither rules, segments nor stores, and what the ids in it stand for. */
export interface OpaqueBundle {
  readonly bundle: CompiledBundle;
  readonly names: Readonly<Record<string, string>>;
}

/** Names of flags and variants stay: code and exposures say them. */
export function withOpaqueNames({ allocationSalt, flags, segments }: CompiledBundle): OpaqueBundle {
  const names: Record<string, string> = {};
  const segmentId = (id: string): string => {
    if (id === EVERYBODY) return id;
    const opaque = opaqueName("segment", id);
    names[opaque] = id;
    return opaque;
  };
  const ruleName = (flag: string, rule: string): string => {
    const opaque = opaqueName("rule", flag, rule);
    names[opaque] = `${flag}/${rule}`;
    return opaque;
  };
  const bundle = {
    allocationSalt,
    flags: new Map([...flags].map(([key, flag]) => [key, renameFlag(flag, (rule) => ruleName(key, rule), segmentId)])),
    segments: new Map([...segments].map(([id, segment]) => [segmentId(id), renameSegment(segment, flags, segmentId)])),
  };
  return { bundle, names: Object.fromEntries(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function renameFlag(flag: Flag, ruleName: (name: string) => string, segmentId: (id: string) => string): Flag {
  const rules = flag.rules.map(({ materialization, ...rule }) => ({
    ...rule,
    name: ruleName(rule.name),
    segment: segmentId(rule.segment),
    ...(materialization !== undefined && { materialization: renameStore(materialization) }),
  }));
  return create(FlagSchema, { ...flag, rules });
}

function renameStore(materialization: Materialization): Materialization {
  const rename = (name: string): string => (name === "" ? "" : opaqueName("sticky", name));
  return { ...materialization, write: rename(materialization.write), read: rename(materialization.read) };
}

/** Conditions on flags that the bundle lacks are false, and say so without the flag's name; on others, only variants that it can give are named. */
function renameSegment(segment: Segment, flags: ReadonlyMap<string, Flag>, segmentId: (id: string) => string): Segment {
  if (segment.targeting === undefined) return segment;
  const criteria = segment.targeting.criteria.map((criterion) => {
    const { kind } = criterion;
    if (kind.case === "segment")
      return create(CriterionSchema, { kind: { case: "segment", value: segmentId(kind.value) } });
    if (kind.case !== "prerequisite") return criterion;
    const flag = flags.get(kind.value.flag);
    if (flag === undefined) return create(CriterionSchema);
    const given = new Set(flag.variants.map(({ name }) => name));
    const variants = kind.value.variants.filter((name) => given.has(name));
    return create(CriterionSchema, { kind: { case: "prerequisite", value: { flag: kind.value.flag, variants } } });
  });
  return create(SegmentSchema, { ...segment, targeting: create(TargetingSchema, { ...segment.targeting, criteria }) });
}
