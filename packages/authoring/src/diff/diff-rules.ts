/** What differs between the rules of two versions of a flag: rules are known by their names. @module */
import { equalBytes } from "@aplomb/core";
import type { Flag, Materialization, Rule } from "@aplomb/proto/bundle";
import type { BundleContent } from "../bundle-content.js";
import { changed, type FoundChange } from "./change.js";
import { describeSegment } from "./describe-targeting.js";
import { diffAllocation } from "./diff-allocation.js";
import { describeSplit, diffSplit } from "./diff-split.js";
import { diffTargeting } from "./diff-targeting.js";
import { printable, quoted } from "./plain-text.js";

/** A flag and the bundle it is in, where the segments of its rules are. */
export interface PlacedFlag {
  readonly key: string;
  readonly flag: Flag;
  readonly bundle: BundleContent;
}

/** Differences of all rules, in the order of the later version, rules that went last. */
export function diffRules(before: PlacedFlag, after: PlacedFlag): FoundChange[] {
  const oldOf = new Map(before.flag.rules.map((rule) => [rule.name, rule]));
  const names = new Set(after.flag.rules.map(({ name }) => name));
  const changes = after.flag.rules.flatMap((rule): FoundChange[] => {
    const old = oldOf.get(rule.name);
    if (old !== undefined) return diffRule(old, rule, before, after);
    return [{ kind: "added", part: "rule", name: rule.name, effect: "answers", text: describeRule(rule, after) }];
  });
  const gone = before.flag.rules.filter(({ name }) => !names.has(name));
  return [
    ...changes,
    ...gone.map(
      (rule): FoundChange => ({
        kind: "removed",
        part: "rule",
        name: rule.name,
        effect: "answers",
        text: describeRule(rule, before),
      }),
    ),
    ...diffOrder(before.flag.rules, after.flag.rules),
  ];
}

/** A rule in words: for whom, what they get. */
export function describeRule(rule: Rule, { key, bundle }: Pick<PlacedFlag, "key" | "bundle">): string {
  const unit = rule.unitSelector === "" ? "" : ` by ${printable(rule.unitSelector)}`;
  const off = rule.enabled ? "" : "switched off; ";
  return `${off}${audienceOf(rule, key, bundle)}: ${describeSplit(rule.split)}${unit}`;
}

/** For whom a rule is. Its own segment is its condition; a shared one is named. */
function audienceOf(rule: Rule, key: string, bundle: BundleContent): string {
  const segment = bundle.segments.get(rule.segment)?.content;
  if (segment === undefined) return `segment ${printable(rule.segment)}, which is not there`;
  if (isOwn(rule, key)) return describeSegment(segment);
  const isEverybody = segment.targeting === undefined && segment.allocation === undefined;
  return isEverybody ? "everybody" : `in segment ${printable(rule.segment)}`;
}

function isOwn(rule: Rule, key: string): boolean {
  return rule.segment === `${key}/${rule.name}`;
}

function diffRule(old: Rule, rule: Rule, before: PlacedFlag, after: PlacedFlag): FoundChange[] {
  const { name } = rule;
  const split = diffSplit(old.split, rule.split);
  const unitOf = ({ unitSelector }: Rule) => (unitSelector === "" ? "the targeting key" : printable(unitSelector));
  return [
    ...(old.enabled === rule.enabled
      ? []
      : [changed("state", name, "answers", rule.enabled ? "switched on" : "switched off")]),
    ...diffCondition(old, rule, before, after),
    ...(split === undefined ? [] : [changed("split", name, "answers", `split: ${split}`)]),
    ...(old.unitSelector === rule.unitSelector
      ? []
      : [changed("unit", name, "buckets", `unit: ${unitOf(old)} → ${unitOf(rule)}; every unit is drawn anew`)]),
    ...(old.salt === rule.salt
      ? []
      : [changed("salt", name, "buckets", `salt: ${saltText(old)} → ${saltText(rule)}; every unit is drawn anew`)]),
    ...diffSticky(name, old.materialization, rule.materialization),
    ...(old.description === rule.description
      ? []
      : [changed("note", name, "none", `description: ${quoted(old.description)} → ${quoted(rule.description)}`)]),
  ];
}

function saltText({ salt }: Rule): string {
  return salt === undefined ? "none" : quoted(salt);
}

/** For whom the rule is. Its own segment is told as its condition and its draw; another one by its name. */
function diffCondition(old: Rule, rule: Rule, before: PlacedFlag, after: PlacedFlag): FoundChange[] {
  const { name } = rule;
  const told = (text: string) => [changed("condition", name, "answers", `when: ${text}`)];
  if (isOwn(old, before.key) && isOwn(rule, after.key)) {
    const [was, is] = [before.bundle.segments.get(old.segment), after.bundle.segments.get(rule.segment)];
    if (equalBytes(was?.bytes, is?.bytes)) return [];
    if (was?.content === undefined || is?.content === undefined) return told("one of the two cannot be read");
    const condition = diffTargeting(was.content.targeting, is.content.targeting);
    const draw = diffAllocation(name, was.content.allocation, is.content.allocation);
    const found = [...(condition === undefined ? [] : told(condition)), ...draw];
    return found.length > 0 ? found : told("written in another way");
  }
  const [was, is] = [audienceOf(old, before.key, before.bundle), audienceOf(rule, after.key, after.bundle)];
  return was === is ? [] : told(`${was} → ${is}`);
}

function diffSticky(name: string, old: Materialization | undefined, now: Materialization | undefined): FoundChange[] {
  const [was, is] = [stickyText(old), stickyText(now)];
  return was === is ? [] : [changed("sticky", name, "answers", `sticky: ${was} → ${is}`)];
}

function stickyText(sticky: Materialization | undefined): string {
  if (sticky === undefined) return "no";
  const { read, write, mustMatch, targetingCanBeIgnored } = sticky;
  return [
    `writes ${quoted(write)}`,
    `reads ${quoted(read)}`,
    ...(mustMatch ? ["only those stored"] : []),
    ...(targetingCanBeIgnored ? ["whatever the condition says"] : []),
  ].join(", ");
}

/** Rules that both have, in another order. */
function diffOrder(before: readonly Rule[], after: readonly Rule[]): FoundChange[] {
  const [old, now] = [before.map(({ name }) => name), after.map(({ name }) => name)];
  const [was, is] = [old.filter((name) => now.includes(name)), now.filter((name) => old.includes(name))];
  if (was.join("\n") === is.join("\n")) return [];
  const text = `order of rules: ${was.map(printable).join(", ")} → ${is.map(printable).join(", ")}`;
  return [changed("order", "", "answers", text)];
}
