/** By what units are drawn to a line of buckets: the attribute that is hashed, and the salt that is hashed with it. @module */
import type { FlagFile, RuleFile } from "./flag-file.js";
import type { GroupFile } from "./group-file.js";
import { opaqueName } from "./opaque-name.js";

/** The name under which files may write the targeting key, which is what is hashed when they write nothing. */
const TARGETING_KEY = "targetingKey";

/** Equal ones draw the same units to the same buckets; with another one, every unit is drawn anew. */
export interface DrawnBy {
  /** Blank is the targeting key, under whichever of its two names the context has it. */
  readonly unit: string;
  readonly salt: string;
}

/** By what a rule draws. Its salt is not made of plain names, since pages can read it. */
export function drawnByRule(flag: Pick<FlagFile, "key">, { name, unit, salt }: RuleFile): DrawnBy {
  return { unit: unitOf(unit), salt: salt ?? opaqueName("rule", flag.key, name) };
}

/** By what a group draws. The salt is the group's alone, so that two groups draw independently. */
export function drawnByGroup({ key, unit }: Pick<GroupFile, "key" | "unit">): DrawnBy {
  return { unit: unitOf(unit), salt: opaqueName("group", key) };
}

function unitOf(written: string | undefined): string {
  return written === TARGETING_KEY ? "" : (written ?? "");
}
