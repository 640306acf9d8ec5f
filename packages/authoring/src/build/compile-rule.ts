/** Compiles a rule, and the segments that its conditions and draws stand for. @module */
import {
  type Assignment,
  AssignmentSchema,
  type MaterializationSchema,
  type Rule,
  RuleSchema,
  type Segment,
  SegmentSchema,
} from "@aplomb/proto/bundle";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type Allocation, boundsIn, type Line, lineIn, lineKeyOf, spansOf } from "../allocation.js";
import { BUCKET_COUNT } from "../bucket-line.js";
import { NOW_ATTRIBUTE } from "../compiled-bundle.js";
import type { Condition } from "../condition.js";
import { drawnByRule } from "../drawn-by.js";
import { CLIENT_DEFAULT, FALLTHROUGH, type FlagFile, type Outcome, outcomesOf, type RuleFile } from "../flag-file.js";
import { millisecondsOf } from "../literal.js";
import { EVERYBODY } from "../segment-file.js";
import { cutInOrder, sizesOfRule } from "../sizes.js";
import { compileCondition } from "./compile-condition.js";
import { drawsOf } from "./compile-group.js";

/** A segment and its id. */
export interface NamedSegment {
  readonly id: string;
  readonly segment: Segment;
}

/** A rule, and the segments it needs beside the shared ones. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly segments: readonly NamedSegment[];
}

/**
 * Compiles one rule of a flag.
 *
 * A condition that is one shared segment and nothing else becomes a reference to it, no condition a reference to
 * everybody, any other condition a segment of its own, `<flag>/<rule>`, which no shared segment can be called.
 */
export function compileRule(flag: Pick<FlagFile, "key">, file: RuleFile, allocation: Allocation): CompiledRule {
  const { segment, segments } = segmentFor(flag, file, allocation);
  const { unit, salt } = drawnByRule(flag, file);
  const rule = create(RuleSchema, {
    name: file.name,
    segment,
    unitSelector: unit,
    enabled: true,
    salt,
    split: {
      bucketCount: BUCKET_COUNT,
      assignments: assignmentsOf(file, lineIn(allocation.rules, lineKeyOf(flag, file))),
    },
    ...materializationOf(flag, file),
    description: file.description ?? "",
  });
  return { rule, segments };
}

/** The segment of a rule: whom its condition and its schedule mean, and which of them its draws leave. */
function segmentFor(
  flag: Pick<FlagFile, "key">,
  file: RuleFile,
  allocation: Allocation,
): { segment: string; segments: NamedSegment[] } {
  const [draw, other] = drawsOf(file, allocation.groups);
  const drawn = [draw, other].flatMap((each) =>
    each === undefined ? [] : [{ id: each.id, segment: create(SegmentSchema, { allocation: each.allocation }) }],
  );
  // Of two draws, one is the segment's own and the other a segment that its condition refers to.
  const also: Condition[] = other === undefined ? [] : [{ inSegment: other.id }];
  const conditions = [...scheduleOf(file), ...(file.when === undefined ? [] : [file.when]), ...also];
  const [only] = conditions;
  if (only === undefined) return { segment: draw?.id ?? EVERYBODY, segments: drawn };
  if (conditions.length === 1 && draw === undefined && "inSegment" in only)
    return { segment: only.inSegment, segments: [] };
  const targeting = compileCondition(conditions.length === 1 ? only : { all: conditions });
  const own = create(SegmentSchema, { targeting, ...(draw !== undefined && { allocation: draw.allocation }) });
  const id = `${flag.key}/${file.name}`;
  return { segment: id, segments: [{ id, segment: own }, ...drawn.slice(1)] };
}

/** A schedule is a range of the time that the context brings. */
function scheduleOf({ starts, ends }: RuleFile): Condition[] {
  if (starts === undefined && ends === undefined) return [];
  const atLeast = starts === undefined ? undefined : millisecondsOf(starts);
  const below = ends === undefined ? undefined : millisecondsOf(ends);
  return [
    { attribute: NOW_ATTRIBUTE, ...(atLeast !== undefined && { atLeast }), ...(below !== undefined && { below }) },
  ];
}

function materializationOf(
  flag: Pick<FlagFile, "key">,
  { name, sticky = false }: RuleFile,
): { materialization?: MessageInitShape<typeof MaterializationSchema> } {
  if (sticky === false) return {};
  const options = sticky === true ? {} : sticky;
  const store = options.name ?? `${flag.key}/${name}`;
  return {
    materialization: {
      write: store,
      read: store,
      mustMatch: options.onlyStored ?? false,
      targetingCanBeIgnored: options.ignoreWhen ?? false,
    },
  };
}

/**
 * One assignment for each outcome that gets any bucket: alone, it is a full rollout, which needs no unit.
 * A sticky rule also has the outcomes without a bucket: units that got them before keep them.
 *
 * @param kept - The line of the allocation; a rule that has none is cut in the order of the file.
 */
function assignmentsOf(file: RuleFile, kept: Line | undefined): Assignment[] {
  if (file.serve !== undefined) return [assignmentOf(file.serve, [0, BUCKET_COUNT])];
  const line = kept ?? cutInOrder(sizesOfRule(file));
  const isSticky = (file.sticky ?? false) !== false;
  return outcomesOf(file).flatMap((outcome) => {
    const bounds = boundsIn(line, outcome);
    return bounds.length === 0 && !isSticky ? [] : [assignmentOf(outcome, bounds)];
  });
}

function assignmentOf(name: Outcome, bounds: readonly number[]): Assignment {
  return create(AssignmentSchema, { id: name, outcome: outcomeOf(name), ranges: spansOf(bounds) });
}

function outcomeOf(name: Outcome): NonNullable<MessageInitShape<typeof AssignmentSchema>["outcome"]> {
  if (name === CLIENT_DEFAULT) return { case: "clientDefault", value: {} };
  return name === FALLTHROUGH ? { case: "fallthrough", value: {} } : { case: "variant", value: name };
}
