/** Judges groups, and the rules that draw their units from them. @module */
import { bucketsOfPercent } from "../bucket-line.js";
import { type FlagFile, type RuleFile, slotOf } from "../flag-file.js";
import { type GroupFile, HOLDOUT, slotsOf } from "../group-file.js";
import type { Problem, ProblemText } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import { choiceOf } from "../suggestion.js";
import type { Names } from "./names.js";

/** Problems of a group file that holds to its schema. */
export function checkGroup(source: SourceFile, group: GroupFile): Problem[] {
  const shares: [Path, number][] = Object.entries(group.slots ?? {}).map(([slot, percent]) => [
    ["slots", slot],
    percent,
  ]);
  if (group.holdout !== undefined) shares.push([["holdout"], group.holdout]);
  const fine = shares.filter(([, percent]) => bucketsOfPercent(percent) === undefined);
  if (fine.length > 0) return fine.map(([path, percent]) => problemAt(source, path, "value", tooFine(percent)));
  const buckets = shares.reduce((sum, [, percent]) => sum + (bucketsOfPercent(percent) ?? 0), 0);
  if (buckets <= 1_000_000) return [];
  const text = {
    message: `the slots${group.holdout === undefined ? "" : " and the holdout"} add up to ${buckets / 10_000} percent`,
    expected: "100 or less: no unit is in two of them",
    example: "slots: { one-step: 30, express: 30 }",
  };
  return [problemAt(source, group.slots === undefined ? ["holdout"] : ["slots"], "value", text)];
}

function tooFine(percent: number): ProblemText {
  return {
    message: `${percent} is finer than a line of 1,000,000 buckets can be cut`,
    expected: "a percentage with at most four decimals",
    example: "33.3333",
  };
}

/** Problems of the slots and holdouts that a flag's rules name. */
export function checkDraws(source: SourceFile, flag: FlagFile, { groups }: Names): Problem[] {
  return (flag.rules ?? []).flatMap((rule, index) => {
    const path: Path = ["rules", index];
    const slot = rule.slot === undefined ? undefined : slotOf(rule.slot);
    return [
      ...(slot === undefined ? [] : checkDraw(source, [...path, "slot"], rule, slot, groups)),
      ...(rule.holdout === undefined
        ? []
        : checkDraw(source, [...path, "holdout"], rule, { group: rule.holdout, slot: HOLDOUT }, groups)),
    ];
  });
}

function checkDraw(
  source: SourceFile,
  path: Path,
  rule: RuleFile,
  { group: key, slot }: { readonly group: string; readonly slot: string },
  groups: Names["groups"],
): Problem[] {
  const at = (text: ProblemText): Problem[] => [problemAt(source, path, "value", text)];
  const group = groups.get(key);
  if (group === undefined) return groups.has(key) ? [] : at(unknownGroup(key, [...groups.keys()]));
  const slots = Object.keys(slotsOf(group));
  if (!slots.includes(slot)) return at(unknownSlot(key, slot, slots));
  if (unitOf(rule) === unitOf(group)) return [];
  return at({
    message: `the group "${key}" draws by ${wordsFor(group)}, but this rule counts by ${wordsFor(rule)}`,
    expected: "one unit in the group and in all rules that name it",
    example: group.unit === undefined ? "" : `unit: ${group.unit}`,
  });
}

function unknownGroup(key: string, known: readonly string[]): ProblemText {
  return {
    message: `there is no group "${key}"`,
    expected: known.length === 0 ? `a file groups/${key}.yaml with this key` : choiceOf(known, key),
    example: `# groups/${key}.yaml\nkey: ${key}\nholdout: 5`,
  };
}

function unknownSlot(key: string, slot: string, slots: readonly string[]): ProblemText {
  if (slot === HOLDOUT)
    return {
      message: `the group "${key}" holds nobody back`,
      expected: `a holdout in groups/${key}.yaml`,
      example: "holdout: 5",
    };
  return {
    message: `the group "${key}" has no slot "${slot}"`,
    expected: choiceOf(slots, slot),
    example: `slots:\n  ${slot}: 10`,
  };
}

type Counted = Pick<RuleFile, "unit">;

function unitOf({ unit }: Counted): string {
  return unit ?? "targetingKey";
}

function wordsFor({ unit }: Counted): string {
  return unit === undefined || unit === "targetingKey" ? "the targeting key" : `"${unit}"`;
}
