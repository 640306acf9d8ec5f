/** Gives every rule and group of a project its buckets, and moves nothing that need not move. @module */
import { type Allocation, bucketsIn, type Line, lineIn, lineKeyOf } from "../allocation.js";
import { BUCKET_COUNT, bucketsOfPercent } from "../bucket-line.js";
import { type GroupFile, slotsOf } from "../group-file.js";
import type { Project } from "../project.js";
import { cutInOrder, type Sizes, sizesOfRule } from "../sizes.js";
import { moveLine } from "./move-line.js";

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
  for (const flag of project.flags) {
    for (const rule of flag.rules ?? []) {
      if (rule.serve !== undefined) continue;
      const key = lineKeyOf(flag, rule);
      const sizes = sizesOfRule(rule);
      rules[key] = moveLine(lineIn(before.rules, key) ?? cutInOrder(sizes), sizes);
    }
  }
  const groups = Object.fromEntries(
    project.groups.map((group) => [group.key, groupLine(group, lineIn(before.groups, group.key))]),
  );
  return { rules, groups };
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
    .flatMap((bounds) => bounds.flatMap((lower, i) => (i % 2 === 0 ? [[lower, bounds[i + 1] ?? lower] as const] : [])))
    .sort(([a], [b]) => a - b);
  const free = taken.flatMap(([lower], index) => [taken[index - 1]?.[1] ?? 0, lower]);
  free.push(taken.at(-1)?.[1] ?? 0, BUCKET_COUNT);
  return { ...line, [FREE]: free };
}
