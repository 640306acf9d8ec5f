/** Lint rule: bundles, flags and segments that come near to what clients accept. @module */
import { type Limits, PAGE_LIMITS, SERVICE_LIMITS } from "@aplomb/core";
import type { Flag, Segment } from "@aplomb/proto/bundle";
import type { BuiltBundle } from "../built-bundle.js";
import { contentOf, type Entry } from "../bundle-content.js";
import type { FlagFile } from "../flag-file.js";
import type { Problem } from "../problem.js";
import type { SegmentFile } from "../segment-file.js";
import type { Path, SourceFile } from "../source-file.js";
import { countRecords } from "./count-records.js";
import { type LintRule, type Placed, warningAt } from "./lint-subject.js";

/** What publishers keep to, so that there is time to act. */
const SHARE = 0.8;
const SHORTER_LISTS = "shorter lists: test an attribute that is computed where the list is kept";
const SHORTER_TEXTS = "a shorter text; long ones are better kept where code can load them";

/** What of a limit is used, and where. */
interface Use {
  readonly source: SourceFile;
  readonly path: Path;
  readonly what: string;
  readonly used: number;
  readonly limit: number;
  readonly remedy: string;
}

/** Where the parts of a bundle are written. */
interface Origins {
  readonly project: SourceFile;
  readonly flags: ReadonlyMap<string, Placed<FlagFile>>;
  readonly segments: ReadonlyMap<string, Placed<SegmentFile>>;
}

/** Anything above four fifths of a limit is a warning, anything above the limit an error. */
export const nearLimit: LintRule = {
  name: "near-limit",
  find: (subject) => {
    const origins: Origins = {
      project: subject.projectSource,
      flags: new Map(subject.flags.map((placed) => [placed.file.key, placed])),
      segments: new Map(subject.segments.map((placed) => [placed.file.key, placed])),
    };
    return subject.bundles.flatMap((bundle) => findIn(bundle, origins));
  },
};

function findIn(bundle: BuiltBundle, origins: Origins): Problem[] {
  const limits = bundle.kind === "browser" ? PAGE_LIMITS : SERVICE_LIMITS;
  const { flags, segments } = contentOf(bundle.bytes);
  const uses = [
    ...usesOfBundle(bundle, origins.project, limits),
    ...[...flags].flatMap(([key, entry]) => usesOfFlag(key, entry, origins, limits)),
    ...[...segments].flatMap(([id, entry]) => usesOfSegment(bundle.names?.[id] ?? id, entry, origins, limits)),
  ];
  return uses
    .filter(({ used, limit }) => used > limit * SHARE)
    .map((use) => problemOf(use, bundle.kind === "browser" ? "pages" : "services"));
}

function usesOfBundle({ audience, bytes, flags }: BuiltBundle, source: SourceFile, limits: Limits): Use[] {
  const place = { source, path: ["audiences", audience] };
  const fewer = "fewer flags: those that expired, or two audiences";
  return [
    { ...place, what: "bytes in its bundle", used: bytes.length, limit: limits.bundleBytes, remedy: fewer },
    { ...place, what: "flags in its bundle", used: flags.length, limit: limits.flags, remedy: fewer },
  ];
}

function usesOfFlag(key: string, entry: Entry<Flag>, origins: Origins, limits: Limits): Use[] {
  const source = origins.flags.get(key)?.source ?? origins.project;
  const { rules = [], variants = [], description = "" } = entry.content ?? {};
  const at = (path: Path, what: string, used: number, limit: number, remedy: string): Use => {
    return { source, path, what, used, limit, remedy };
  };
  const descriptions = [description, ...rules.map((rule) => rule.description)].map((text) => Buffer.byteLength(text));
  return [
    ...usesOfEntry({ source, path: ["key"] }, `the flag "${key}"`, entry, limits),
    at(["rules"], "rules", rules.length, limits.rulesPerFlag, "fewer rules, for instance a list in one condition"),
    at(["variants"], "variants", variants.length, limits.variantsPerFlag, "fewer variants"),
    at(["variants"], "bytes in one text", longestText(variants), limits.textBytes, SHORTER_TEXTS),
    at(["description"], "bytes in one text", Math.max(...descriptions), limits.textBytes, SHORTER_TEXTS),
  ];
}

/** A segment of its own, `<flag>/<rule>`, is written in the rule. */
function usesOfSegment(id: string, entry: Entry<Segment>, origins: Origins, limits: Limits): Use[] {
  const [owner = "", ruleName] = id.split("/");
  const shared = origins.segments.get(id);
  const flag = origins.flags.get(owner);
  const index = flag?.file.rules?.findIndex(({ name }) => name === ruleName) ?? -1;
  const path = shared !== undefined || index === -1 ? ["when"] : ["rules", index, "when"];
  const source = shared?.source ?? flag?.source ?? origins.project;
  return usesOfEntry({ source, path }, shared === undefined ? "the condition" : `the segment "${id}"`, entry, limits);
}

function usesOfEntry(
  place: Pick<Use, "source" | "path">,
  what: string,
  { bytes, content }: Entry<Flag | Segment>,
  limits: Limits,
): Use[] {
  const records = content === undefined ? 0 : countRecords(content);
  return [
    { ...place, what: `bytes in ${what}`, used: bytes.length, limit: limits.entryBytes, remedy: SHORTER_LISTS },
    { ...place, what: `parts in ${what}`, used: records, limit: limits.entryRecords, remedy: SHORTER_LISTS },
  ];
}

/** The longest text anywhere in values, in bytes. */
function longestText(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce<number>((longest, inner) => Math.max(longest, longestText(inner)), 0);
}

function problemOf({ source, path, what, used, limit, remedy }: Use, reader: string): Problem {
  const percent = Math.floor((used / limit) * 100);
  const [shownUsed, shownLimit] = [used.toLocaleString("en-US"), limit.toLocaleString("en-US")];
  return warningAt(source, path, "key", {
    severity: used > limit ? "error" : "warning",
    message: `${shownUsed} ${what}: ${percent} % of the ${shownLimit} that ${reader} accept`,
    expected: `at most ${SHARE * 100} %: ${remedy}`,
  });
}
