/** Compiles the draws of a group: segments of the units in a slot, and of those that are not held back. @module */
import { type Allocation as AllocationMessage, AllocationSchema } from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import { boundsIn, type Line, lineIn } from "../allocation.js";
import { BUCKET_COUNT } from "../bucket-line.js";
import { drawnByGroup } from "../drawn-by.js";
import { type RuleFile, slotOf } from "../flag-file.js";
import { HOLDOUT } from "../group-file.js";

/** A segment by its id, and which units it draws. */
export interface Draw {
  readonly id: string;
  readonly allocation: AllocationMessage;
}

/**
 * What a rule draws its units from: its slot, and who is not held back; none for a rule that names no group.
 *
 * Ids have a colon, which no key has.
 */
export function drawsOf(rule: RuleFile, groups: Readonly<Record<string, Line>>): Draw[] {
  const draws: Draw[] = [];
  if (rule.slot !== undefined) {
    const { group, slot } = slotOf(rule.slot);
    draws.push(drawOf(`group:${group}/${slot}`, group, boundsIn(lineIn(groups, group), slot)));
  }
  if (rule.holdout !== undefined) {
    draws.push(drawOf(`group:${rule.holdout}`, rule.holdout, without(boundsIn(lineIn(groups, rule.holdout), HOLDOUT))));
  }
  return draws;
}

function drawOf(id: string, group: string, bounds: readonly number[]): Draw {
  const allocation = create(AllocationSchema, {
    salt: drawnByGroup({ key: group }).salt,
    storedBits: BUCKET_COUNT,
    form: { case: "ranges", value: { bounds: [...bounds] } },
  });
  return { id, allocation };
}

/** The buckets that are not in these ranges. */
function without(bounds: readonly number[]): number[] {
  const turned = bounds[0] === 0 ? bounds.slice(1) : [0, ...bounds];
  return turned.at(-1) === BUCKET_COUNT ? turned.slice(0, -1) : [...turned, BUCKET_COUNT];
}
