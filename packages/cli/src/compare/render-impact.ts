/** An impact report as text for a terminal: for each flag who moves from what to what, and why. @module */
import { type FlagImpact, type ImpactReport, type Movement, printable } from "@aplomb/authoring";
import type { Ink } from "../explain/ink.js";

/** How many ways to change are shown of one flag. */
const SHOWN = 10;
const CHANGES = { added: " (new)", removed: " (gone)", kept: "" } as const;

/** The text, without a line break at its end. */
export function renderImpact(report: ImpactReport, ink: Ink): string {
  const blocks = report.changes.map((impact) => blockOf(impact, report.contexts, ink));
  return [...blocks, sumsOf(report, ink)].join("\n\n");
}

function blockOf(impact: FlagImpact, contexts: number, ink: Ink): string {
  const { flag, change, moved, rebucketed, revalued, undecided, movements } = impact;
  const counts = [
    change === "added"
      ? "moves nobody"
      : `${number(moved)} of ${number(contexts)} contexts move (${share(moved, contexts)})`,
    ...(rebucketed > 0 ? [`${number(rebucketed)} in another bucket`] : []),
    ...(revalued > 0 ? [`${number(revalued)} get another value of the same variant`] : []),
    ...(undecided > 0 ? [`${number(undecided)} undecided: stored assignments or a remote answer would tell`] : []),
  ];
  const paint = moved > 0 ? ink.yellow : ink.dim;
  const lines = movements.slice(0, SHOWN).flatMap((movement) => linesOf(movement, ink));
  const left = movements.length - SHOWN;
  return [
    `${ink.bold(printable(flag))}${CHANGES[change]}  ${paint(counts.join(", "))}`,
    ...lines,
    ...(left > 0 ? [`  … ${left} more ways to change; see --json`] : []),
  ].join("\n");
}

function linesOf({ from, to, ruleBefore, ruleAfter, count, rebucketed, why, example }: Movement, ink: Ink): string[] {
  const rules =
    ruleBefore === ruleAfter ? `rule ${ruleName(ruleBefore)}` : `rule ${ruleName(ruleBefore)} → ${ruleName(ruleAfter)}`;
  const drawn = rebucketed > 0 ? `, ${number(rebucketed)} in another bucket` : "";
  const buckets = [example.bucketBefore, example.bucketAfter].filter((bucket) => bucket !== undefined);
  const bucket = buckets.length === 0 ? "" : `, bucket ${[...new Set(buckets)].map(number).join(" → ")}`;
  const unit = example.unit === "" ? "" : `, unit ${printable(example.unit)}`;
  return [
    `  ${number(count).padStart(7)}  ${printable(from)} → ${printable(to)}, ${rules}${drawn}`,
    `           ${printable(why)} ${ink.dim(`(line ${example.line}${unit}${bucket})`)}`,
  ];
}

function ruleName(rule: string): string {
  return rule === "" ? "none" : printable(rule);
}

function sumsOf({ contexts, contextsMoved, flags, moved, rebucketed, undecided }: ImpactReport, { bold }: Ink): string {
  const answers = contexts * flags;
  return [
    `${number(contexts)} contexts, ${number(flags)} flags: ${bold(`${number(moved)} of ${number(answers)} answers move`)} (${share(moved, answers)})`,
    `for ${number(contextsMoved)} contexts; ${number(rebucketed)} answers in another bucket${undecided > 0 ? `; ${number(undecided)} undecided` : ""}`,
  ].join(", ");
}

function share(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Math.round((part / whole) * 1_000) / 10} %`;
}

function number(count: number): string {
  return count.toLocaleString("en-US");
}
