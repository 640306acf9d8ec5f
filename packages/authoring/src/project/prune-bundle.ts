/** Leaves out what no evaluation can reach: rules, variants, segments. @module */
import { type Flag, FlagSchema, type Rule, type Segment } from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import type { CompiledBundle } from "../compiled-bundle.js";
import { EVERYBODY } from "../segment-file.js";

/** A bundle that gives the same answers, without rules behind one that decides for everybody, and without what then nobody names. */
export function pruneBundle(bundle: CompiledBundle): CompiledBundle {
  const flags = new Map([...bundle.flags].map(([key, flag]) => [key, pruneFlag(flag)]));
  const reached = segmentsReachedBy([...flags.values()], bundle.segments);
  return { ...bundle, flags, segments: new Map([...bundle.segments].filter(([id]) => reached.has(id))) };
}

/** The ids of segments that flags lead to, by way of others too. */
export function segmentsReachedBy(flags: readonly Flag[], segments: ReadonlyMap<string, Segment>): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = flags.flatMap((flag) => flag.rules.map((rule) => rule.segment));
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const segment = segments.get(id);
    if (reached.has(id) || segment === undefined) continue;
    reached.add(id);
    for (const { kind } of segment.targeting?.criteria ?? []) if (kind.case === "segment") waiting.push(kind.value);
  }
  return reached;
}

function pruneFlag(flag: Flag): Flag {
  const last = flag.rules.findIndex(decidesForAll);
  const rules = last === -1 ? flag.rules : flag.rules.slice(0, last + 1);
  const given = new Set(rules.flatMap(variantsGivenBy));
  return create(FlagSchema, { ...flag, rules, variants: flag.variants.filter(({ name }) => given.has(name)) });
}

function variantsGivenBy({ split }: Rule): string[] {
  return (split?.assignments ?? []).flatMap(({ outcome }) => (outcome.case === "variant" ? [outcome.value] : []));
}

/** A full rollout to everybody, whatever the unit: it needs none. */
function decidesForAll(rule: Rule): boolean {
  const [only, ...others] = rule.split?.assignments ?? [];
  const [range, ...more] = only?.ranges ?? [];
  if (only === undefined || range === undefined || others.length > 0 || more.length > 0) return false;
  const isWhole = range.lower === 0 && range.upper === rule.split?.bucketCount;
  const decides = only.outcome.case === "variant" || only.outcome.case === "clientDefault";
  return (
    isWhole && decides && rule.segment === EVERYBODY && rule.unitSelector === "" && rule.materialization === undefined
  );
}
