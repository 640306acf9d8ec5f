/** An explanation as text: what the flag gave, every rule in order, and what is recorded, read and written. @module */
import { printable } from "@aplomb/authoring";
import type { Explanation, Fallthrough, MaterializationRead, Resolution, RuleExplanation } from "@aplomb/core";
import { describeSegment } from "./describe-segment.js";
import type { Ink } from "./ink.js";
import { drawTrees, type Tree } from "./tree.js";
import { quoted, quotedJson } from "./value-text.js";

/** What became of a rule, in words; `unit` is where its unit is looked for. */
const OUTCOMES: Readonly<Record<RuleExplanation["outcome"], (unit: string) => string>> = {
  assigned: () => "assigned",
  "passed on": () => "recorded, and passed on",
  off: () => "switched off",
  "no segment": () => "its segment is not in the bundle",
  "no unit": (unit) => `no unit: the context has no ${unit}`,
  "bad unit": (unit) => `the unit cannot be used: ${unit}`,
  "no split": () => "it has no split",
  "no match": () => "no match",
  "no bucket": () => "no assignment holds the unit's bucket",
  pending: () => "pending: stored assignments must be read first",
  unsupported: () => "needs stored assignments, and none were given",
  error: () => "an error",
  "not reached": () => "not reached",
};

/** The text of an explanation; lines end in line feeds, the last one too. */
export function renderExplanation(explanation: Explanation, ink: Ink): string {
  const { resolution, rules } = explanation;
  const sections = [
    headerOf(explanation, ink),
    section(
      "rules, in order",
      rules.map((rule) => describeRule(rule, ink)),
      ink,
    ),
    section("recorded on the way", resolution.fallthroughs.map(fallthroughText).map(leaf), ink),
    section("to read first", (resolution.pending ?? []).map(readText).map(leaf), ink),
    section(
      "to write",
      resolution.writes.map((write) => leaf(`${readText(write)} = ${variantText(write.variant)}`)),
      ink,
    ),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function headerOf({ flagKey, resolution, rules }: Explanation, { bold, dim, green, red, yellow }: Ink): string[] {
  const { reason, variant } = resolution;
  const isError = resolution.errorCode !== undefined || reason.endsWith("ERROR") || reason === "FLAG_NOT_FOUND";
  const paint = isError ? red : reason === "MATCH" ? green : yellow;
  const facts = factsOf(resolution, rules).filter((fact): fact is [string, string] => fact[1] !== undefined);
  return [
    `${bold(printable(flagKey))} → ${bold(variantText(variant))}  ${paint(reason)}`,
    ...facts.map(([name, text]) => `  ${dim(name.padEnd(10))}  ${text}`),
  ];
}

function factsOf(resolution: Resolution, rules: readonly RuleExplanation[]): [string, string | undefined][] {
  const { value, rule, segment, assignmentId, unit, errorCode, errorMessage, shouldExpose } = resolution;
  const bucket = rules.find((one) => one.outcome === "assigned")?.bucket;
  const named = (name: string): string | undefined => (name === "" ? undefined : printable(name));
  return [
    ["error", errorCode && `${errorCode}${errorMessage ? `: ${printable(errorMessage)}` : ""}`],
    ["value", value && quotedJson(value)],
    ["rule", named(rule)],
    ["segment", named(segment)],
    ["assignment", named(assignmentId)],
    ["unit", unit === "" ? undefined : unitText(resolution)],
    ["bucket", bucket && bucketText(bucket)],
    ["exposure", shouldExpose ? "yes, when it is used" : "none"],
  ];
}

function describeRule(explained: RuleExplanation, ink: Ink): Tree {
  const { outcome, unitSelector, segment, bucket, assignmentId, error } = explained;
  const said = OUTCOMES[outcome](selectorText(unitSelector));
  const gave = assignmentId === undefined ? "" : ` → ${printable(assignmentId)}`;
  const children = [
    ...(segment === undefined ? [] : [describeSegment(segment, ink)]),
    ...(bucket === undefined ? [] : [leaf(`bucket ${bucketText(bucket)}${gave}`)]),
    ...(bucket === undefined && assignmentId ? [leaf(`assignment ${printable(assignmentId)}`)] : []),
    ...(error === undefined ? [] : [leaf(ink.red(printable(error)))]),
  ];
  const name = `${ink.bold(printable(explained.rule))}: `;
  return {
    text: `${markOf(outcome, ink)} ${outcome === "not reached" ? ink.dim(`${name}${said}`) : name + said}`,
    children,
  };
}

function markOf(outcome: RuleExplanation["outcome"], { green, red, yellow, dim }: Ink): string {
  if (outcome === "assigned" || outcome === "passed on") return green("✓");
  if (outcome === "off" || outcome === "not reached") return dim("–");
  return ["pending", "unsupported", "error", "bad unit"].includes(outcome) ? yellow("?") : red("✗");
}

function section(title: string, trees: readonly Tree[], { bold, dim }: Ink): string[] {
  return trees.length === 0 ? [] : [bold(title), ...drawTrees(trees, dim)];
}

function leaf(text: string): Tree {
  return { text };
}

function bucketText({ salt, bucketCount, bucket }: NonNullable<RuleExplanation["bucket"]>): string {
  return `${bucket} of ${bucketCount}, salt ${quoted(salt)}`;
}

function fallthroughText(fallthrough: Fallthrough): string {
  const { rule, assignmentId, unit } = fallthrough;
  return `${printable(rule)} → ${printable(assignmentId)}${unit === "" ? "" : `, unit ${unitText(fallthrough)}`}`;
}

function readText({ unit, materialization, rule }: MaterializationRead): string {
  return `${printable(materialization)}: unit ${quoted(unit)}, ${rule === "" ? "any rule" : printable(rule)}`;
}

function unitText({ unit, unitSelector }: { readonly unit: string; readonly unitSelector: string }): string {
  return `${unit === "(hidden)" ? unit : quoted(unit)} (${selectorText(unitSelector)})`;
}

function selectorText(unitSelector: string): string {
  return unitSelector === "" ? "targeting key" : printable(unitSelector);
}

function variantText(variant: string): string {
  return variant === "" ? "no variant" : printable(variant);
}
