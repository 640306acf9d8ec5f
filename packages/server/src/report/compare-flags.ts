/** What is different about a flag from one version to the next, in words. @module */
import type { DescribedFlag, DescribedRule } from "./describe-flags.js";
import type { Split } from "./split.js";
import { quotedText } from "./value-words.js";

/** What people read of one flag; more is counted. */
const maxSentences = 12;

/**
 * The differences between two descriptions of a flag; a flag that is the same in both changed through something it refers to.
 *
 * @example compareFlags(before, after) // ["active → disabled", "rule rollout: on 10 % → 50 %"]
 */
export function compareFlags(before: DescribedFlag, after: DescribedFlag): readonly string[] {
  const found = [
    ...(before.state === after.state ? [] : [`${before.state} → ${after.state}`]),
    ...compareVariants(before, after),
    ...compareRules(before, after),
    ...textChanges(before, after),
  ];
  if (found.length === 0) return ["changed through a flag, a segment or a salt that it refers to"];
  const more = found.length - maxSentences;
  return more > 0 ? [...found.slice(0, maxSentences), `… ${more} more`] : found;
}

function compareVariants(before: DescribedFlag, after: DescribedFlag): string[] {
  const old = new Map(before.variants.map(({ name, value }) => [name, value]));
  const now = new Map(after.variants.map(({ name, value }) => [name, value]));
  return [
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => `variant ${quotedText(name)} added`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `variant ${quotedText(name)} removed`),
    ...[...now].flatMap(([name, value]) =>
      old.has(name) && old.get(name) !== value ? [`variant ${quotedText(name)} has another value`] : [],
    ),
  ];
}

function compareRules(before: DescribedFlag, after: DescribedFlag): string[] {
  const old = new Map(before.rules.map((rule) => [rule.name, rule]));
  const now = new Map(after.rules.map((rule) => [rule.name, rule]));
  const kept = [...old.keys()].filter((name) => now.has(name));
  const order = [...now.keys()].filter((name) => old.has(name));
  return [
    ...[...now.keys()].filter((name) => !old.has(name)).map((name) => `rule ${quotedText(name)} added`),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `rule ${quotedText(name)} removed`),
    ...(kept.join("\0") === order.join("\0") ? [] : ["rules are tried in another order"]),
    ...[...now].flatMap(([name, rule]) => {
      const earlier = old.get(name);
      return earlier === undefined ? [] : compareRule(earlier, rule).map((said) => `rule ${quotedText(name)}: ${said}`);
    }),
  ];
}

function compareRule(before: DescribedRule, after: DescribedRule): string[] {
  return [
    ...(before.enabled === after.enabled ? [] : [after.enabled ? "switched on" : "switched off"]),
    ...(before.segment === after.segment
      ? []
      : [`for ${quotedText(after.segment)} instead of ${quotedText(before.segment)}`]),
    ...(before.segment === after.segment && JSON.stringify(before.targeting) !== JSON.stringify(after.targeting)
      ? ["its segment has other conditions"]
      : []),
    ...compareSplits(before.split, after.split),
  ];
}

function compareSplits(before: Split | undefined, after: Split | undefined): string[] {
  if (before?.fingerprint === after?.fingerprint) return [];
  const [old, now] = [sharesOf(before), sharesOf(after)];
  const changed = [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
  if (changed.length === 0) return ["the same shares, drawn anew: units may change variants"];
  return changed.map((name) => {
    const variant = name === "" ? "client default" : quotedText(name);
    return `${variant} ${old.get(name) ?? "0 %"} → ${now.get(name) ?? "0 %"}`;
  });
}

/** Each outcome's part of the whole line, in percent. */
function sharesOf(split: Split | undefined): Map<string, string> {
  const { outcomes = [], coverage = 0 } = split ?? {};
  return new Map(
    outcomes.map(({ variant, share }) => [variant, `${Number((share * coverage * 100).toPrecision(4))} %`]),
  );
}

function textChanges(before: DescribedFlag, after: DescribedFlag): string[] {
  const fields = [
    ["description", before.description, after.description],
    ["owner", before.owner, after.owner],
    ["expiry", before.expiresOn, after.expiresOn],
  ] as const;
  return fields.flatMap(([name, old, now]) => (old === now ? [] : [`another ${name}`]));
}
