/** Gives every rule and group of a project its buckets, and moves nothing that need not move. @module */
import { type Allocation, bucketsIn, type Line, lineIn, lineKeyOf, spansOf } from "../allocation.js";
import { BUCKET_COUNT, bucketsOfPercent } from "../bucket-line.js";
import { drawnByGroup, drawnByRule } from "../drawn-by.js";
import { type GroupFile, slotsOf } from "../group-file.js";
import type { Project } from "../project.js";
import { cutInOrder, type Sizes, sizesOfRule } from "../sizes.js";
import { moveLine } from "./move-line.js";
import { sealLine } from "./seal-line.js";

/** The owner of buckets that no slot has; no slot can be called this. */
const FREE = "";

/**
 * The allocation of a project's rules and groups, made from the one before.
 *
 * What is not in it yet is cut in the order of the file. What is no longer in the project is forgotten.
 *
 * @param before - As the last build left it, checked.
 */
export function allocateProject(project: Pick<Project, "flags" | "groups">, before: Allocation): Allocation {
  const rules: Record<string, Line> = {};
  const seals: Record<string, string> = {};
  for (const flag of project.flags) {
    for (const rule of flag.rules ?? []) {
      if (rule.serve !== undefined) continue;
      const key = lineKeyOf(flag, rule);
      const sizes = sizesOfRule(rule);
      const line = moveLine(lineIn(before.rules, key) ?? cutInOrder(sizes), sizes);
      rules[key] = line;
      seals[key] = sealLine(key, drawnByRule(flag, rule), line);
    }
  }
  const groups: Record<string, Line> = {};
  for (const group of project.groups) {
    const line = groupLine(group, lineIn(before.groups, group.key));
    groups[group.key] = line;
    seals[group.key] = sealLine(group.key, drawnByGroup(group), line);
  }
  return { rules, groups, seals };
}

/** Slots grow into free buckets before they get any that another slot gives up: no unit goes from one to another unless it must. */
function groupLine(group: GroupFile, before: Line | undefined): Line {
  const slots = Object.entries(slotsOf(group)).map(
    ([slot, percent]) => [slot, bucketsOfPercent(percent) ?? 0] as const,
  );
  const taken = slots.reduce((sum, [, size]) => sum + size, 0);
  const sizes: Sizes = { ...Object.fromEntries(slots), [FREE]: BUCKET_COUNT - taken };
  const moved = before === undefined ? cutInOrder(sizes) : moveLine(intoFree(withFree(before), sizes), sizes);
  return Object.fromEntries(Object.entries(moved).filter(([name]) => name !== FREE));
}

/** What grows, grown as far as the free buckets go; what shrinks as it was. */
function intoFree(before: Line, sizes: Sizes): Line {
  const had = new Map(Object.entries(before).map(([name, bounds]) => [name, bucketsIn(bounds)]));
  let free = had.get(FREE) ?? 0;
  const grown = new Map(had);
  for (const [name, size] of Object.entries(sizes)) {
    const more = name === FREE ? 0 : Math.min(free, Math.max(0, size - (had.get(name) ?? 0)));
    grown.set(name, (had.get(name) ?? 0) + more);
    free -= more;
  }
  return moveLine(before, Object.fromEntries(grown.set(FREE, free)));
}

function withFree(line: Line): Line {
  const taken = Object.values(line)
    .flatMap(spansOf)
    .sort((a, b) => a.lower - b.lower);
  const free = taken.flatMap(({ lower }, index) => [taken[index - 1]?.upper ?? 0, lower]);
  free.push(taken.at(-1)?.upper ?? 0, BUCKET_COUNT);
  return { ...line, [FREE]: free };
}
