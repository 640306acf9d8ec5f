/** What differs between two versions of a flag. @module */
import type { JsonObject, JsonValue } from "@aplomb/core";
import { type Flag, FlagState } from "@aplomb/proto/bundle";
import { fieldTypesOf, scalarTypeOf, typeText } from "../value-schema.js";
import { changed, type FoundChange } from "./change.js";
import { describeRule, diffRules, type PlacedFlag } from "./diff-rules.js";
import { jsonText, printable, quoted } from "./plain-text.js";

const STATES: Readonly<Record<FlagState, string>> = {
  [FlagState.UNSPECIFIED]: "on",
  [FlagState.ACTIVE]: "on",
  [FlagState.DISABLED]: "switched off",
  [FlagState.REMOTE]: "left to remote evaluation",
};

/** Everything that differs, in the order of a flag file. */
export function diffFlag(before: PlacedFlag, after: PlacedFlag): FoundChange[] {
  const [old, now] = [before.flag, after.flag];
  const [was, is] = [STATES[old.state] ?? "unknown", STATES[now.state] ?? "unknown"];
  return [
    ...(was === is ? [] : [changed("state", "", "answers", `state: ${was} → ${is}`)]),
    ...diffSchema(old, now),
    ...diffVariants(old, now),
    ...diffRules(before, after),
    ...diffNotes(old, now),
  ];
}

/** A flag in words: its type, its variants, and its rules, a line each. */
export function describeFlag(placed: PlacedFlag): string {
  const { flag } = placed;
  const state = STATES[flag.state] ?? "unknown";
  const variants = flag.variants.map(({ name }) => printable(name)).join(", ");
  const rules = flag.rules.map((rule) => `${printable(rule.name)} (${describeRule(rule, placed)})`);
  return [`${typeOf(flag)}, ${state}`, `variants ${variants || "none"}`, `rules ${rules.join("; ") || "none"}`].join(
    "; ",
  );
}

function typeOf(flag: Flag): string {
  const scalar = scalarTypeOf(flag.schema);
  return scalar === undefined ? "object" : typeText(scalar);
}

function diffSchema(old: Flag, now: Flag): FoundChange[] {
  const [was, is] = [typesOf(old), typesOf(now)];
  const paths = new Set([...was.keys(), ...is.keys()]);
  return [...paths].flatMap((path): FoundChange[] => {
    const [before, after] = [was.get(path), is.get(path)];
    if (before === after) return [];
    const label = path === "" ? "type" : `field ${printable(path)}`;
    const base = { part: "schema", name: path, effect: "answers" } as const;
    if (before === undefined) return [{ ...base, kind: "added", text: `${label}: ${after}` }];
    if (after === undefined) return [{ ...base, kind: "removed", text: `${label}: ${before}` }];
    return [{ ...base, kind: "changed", text: `${label}: ${before} → ${after}` }];
  });
}

/** Types by path; the empty path is the flag as a whole. */
function typesOf(flag: Flag): Map<string, string> {
  return new Map([["", typeOf(flag)], ...(scalarTypeOf(flag.schema) === undefined ? fieldTypesOf(flag.schema) : [])]);
}

function diffVariants(old: Flag, now: Flag): FoundChange[] {
  // The first of two with one name holds.
  const valuesOf = ({ variants }: Flag) => new Map([...variants].reverse().map(({ name, value }) => [name, value]));
  const [was, is] = [valuesOf(old), valuesOf(now)];
  const names = [...new Set([...now.variants, ...old.variants].map(({ name }) => name))];
  return names.flatMap((name): FoundChange[] => {
    const [before, after] = [was.get(name) as JsonObject | undefined, is.get(name) as JsonObject | undefined];
    const base = { part: "variant", name } as const;
    if (!was.has(name)) return [{ ...base, kind: "added", effect: "none", text: jsonText(shown(now, after)) }];
    if (!is.has(name)) return [{ ...base, kind: "removed", effect: "none", text: jsonText(shown(old, before)) }];
    const changes = valueChanges("", before ?? {}, after ?? {}, scalarTypeOf(now.schema) !== undefined);
    return changes.length === 0 ? [] : [{ ...base, kind: "changed", effect: "answers", text: changes.join(", ") }];
  });
}

function shown(flag: Flag, value: JsonObject | undefined): JsonValue | undefined {
  return scalarTypeOf(flag.schema) === undefined ? value : value?.value;
}

/** `button.color "#111" → "#222"` for each field that differs. */
function valueChanges(path: string, before: JsonValue, after: JsonValue, isScalar: boolean): string[] {
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) => {
      const [old, now] = [before[name], after[name]];
      const inner = path === "" && isScalar ? "" : `${path === "" ? "" : `${path}.`}${printable(name)}`;
      if (old === undefined || now === undefined) return [`${inner} ${jsonText(old)} → ${jsonText(now)}`.trimStart()];
      return valueChanges(inner, old, now, false);
    });
  }
  return JSON.stringify(before) === JSON.stringify(after)
    ? []
    : [`${path} ${jsonText(before)} → ${jsonText(after)}`.trimStart()];
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function diffNotes(old: Flag, now: Flag): FoundChange[] {
  const notes = [
    ["description", old.description, now.description],
    ["owner", old.owner, now.owner],
    ["expires", old.expiresOn, now.expiresOn],
  ] as const;
  return notes
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => changed("note", name, "none", `${name}: ${quoted(before)} → ${quoted(after)}`));
}
