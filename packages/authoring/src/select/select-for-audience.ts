/** Narrows a project to what one audience may have. @module */
import { segmentsNamedBy } from "../condition.js";
import { type FlagFile, outcomesOf, variantsOf } from "../flag-file.js";
import type { Audience, Project } from "../project.js";
import { segmentsReachedFrom } from "../segment-file.js";
import type { Selection } from "../selection.js";

/**
 * What of a project goes into an audience's bundle.
 *
 * Flags and rules of its environment; for browsers only flags marked `clientVisible`, true or remote. Of those, the rules that
 * are enabled, the variants that these can give, and the segments that they lead to. A flag that is switched off goes without
 * rules and variants. Notes for people are still there: what a browser may see of these parts is the projection's to say.
 */
export function selectForAudience(project: Project, audience: Audience): Selection {
  const isPublic = audience.kind === "browser";
  const here = project.flags.filter((flag) => appliesIn(flag, audience.environment));
  const isVisible = (flag: FlagFile): boolean => !isPublic || (flag.clientVisible ?? false) !== false;
  const flags = here.filter(isVisible).map((flag) => narrowFlag(flag, audience.environment));
  const named = flags.flatMap((flag) => (flag.rules ?? []).flatMap((rule) => [...segmentsNamedBy(rule.when)]));
  const reachable = segmentsReachedFrom(named, project.segments);
  return {
    trustDomain: project.trustDomain,
    audience,
    flags,
    hidden: here.filter((flag) => !isVisible(flag)).map(({ key }) => key),
    segments: project.segments.filter((segment) => reachable.has(segment.key)),
  };
}

/** What the endpoint may know when it answers for an audience: all flags of the audience's environment. */
export function selectForEndpoint(project: Project, { name, environment }: Audience): Selection {
  return selectForAudience(project, { name, environment, kind: "service", clientKeySha256: "" });
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
