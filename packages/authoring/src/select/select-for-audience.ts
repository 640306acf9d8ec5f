/** Narrows a project to what one audience may have. @module */
import { segmentsNamedBy } from "../condition.js";
import { type FlagFile, outcomesOf, type RuleFile, variantsOf } from "../flag-file.js";
import type { Audience, Project } from "../project.js";
import type { SegmentFile } from "../segment-file.js";
import type { Selection } from "../selection.js";

/**
 * What of a project goes into an audience's bundle.
 *
 * Flags and rules of its environment; for browsers only flags marked `clientVisible`, without descriptions, owners and
 * expiry days. Of those, the rules that are enabled, the variants that these can give, and the segments that they lead to.
 * A flag that is switched off goes without rules and variants.
 */
export function selectForAudience(project: Project, audience: Audience): Selection {
  const isPublic = audience.kind === "browser";
  const flags = project.flags
    .filter((flag) => appliesIn(flag, audience.environment) && (!isPublic || flag.clientVisible === true))
    .map((flag) => narrowFlag(flag, audience.environment))
    .map((flag) => (isPublic ? withoutNotes(flag) : flag));
  const reachable = segmentsReachedFrom(flags, project.segments);
  const segments = project.segments
    .filter((segment) => reachable.has(segment.key))
    .map((segment) => (isPublic ? { key: segment.key, when: segment.when } : segment));
  return { trustDomain: project.trustDomain, audience, flags, segments };
}

function appliesIn(part: { readonly environments?: readonly string[] }, environment: string): boolean {
  return part.environments === undefined || part.environments.includes(environment);
}

function narrowFlag(flag: FlagFile, environment: string): FlagFile {
  const isOn = flag.enabled !== false;
  const rules = (flag.rules ?? []).filter((rule) => isOn && rule.enabled !== false && appliesIn(rule, environment));
  const given = new Set(rules.flatMap(outcomesOf));
  const variants = Object.fromEntries(Object.entries(variantsOf(flag)).filter(([name]) => given.has(name)));
  return { ...flag, rules, variants };
}

function withoutNotes({ description: _, owner: __, expires: ___, ...flag }: FlagFile): FlagFile {
  return { ...flag, rules: (flag.rules ?? []).map(({ description: _, ...rule }: RuleFile): RuleFile => rule) };
}

function segmentsReachedFrom(flags: readonly FlagFile[], segments: readonly SegmentFile[]): ReadonlySet<string> {
  const byKey = new Map(segments.map((segment) => [segment.key, segment]));
  const reached = new Set<string>();
  const waiting = flags.flatMap((flag) => (flag.rules ?? []).flatMap((rule) => [...segmentsNamedBy(rule.when)]));
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (reached.has(key)) continue;
    reached.add(key);
    waiting.push(...segmentsNamedBy(byKey.get(key)?.when));
  }
  return reached;
}
