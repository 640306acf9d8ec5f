/** Finds personal text in what a browser would get. @module */
import { type Flag, FlagSchema, type Segment, type Targeting, TargetingSchema } from "@aplomb/proto/bundle";
import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { emailsIn, longListIn } from "./personal-text.js";

/** One text that anybody could read. */
export interface ExposedText {
  readonly what: "email" | "list";
  /** The address, or the list's first identifier: what can be found again in the file. */
  readonly text: string;
  /** The variant whose value it is in. */
  readonly variant?: string;
}

/** Personal text in a flag: its values, names, salts and units. */
export function exposedInFlag(flag: Flag): ExposedText[] {
  const variants = flag.variants.flatMap(({ name, value }) =>
    exposedInValue((value ?? {}) as JsonValue).map((found): ExposedText => ({ ...found, variant: name })),
  );
  return [...variants, ...emailsWithin(toJson(FlagSchema, { ...flag, variants: [] }))];
}

/** Personal text in conditions whose literals are already hashed. */
export function exposedInSegment({ targeting }: Segment): ExposedText[] {
  if (targeting === undefined) return [];
  const list = longListIn(textPartsOf(targeting));
  return [
    ...emailsWithin(toJson(TargetingSchema, targeting)),
    ...(list === undefined ? [] : [{ what: "list" as const, text: list }]),
  ];
}

/** The literals of tests that compare parts of texts: hashes cannot. */
function textPartsOf({ criteria }: Targeting): string[] {
  return criteria.flatMap(({ kind }) => {
    const outer = kind.case === "attribute" ? kind.value.rule : undefined;
    const rule = outer?.case === "any" || outer?.case === "all" ? outer.value.rule?.rule : outer;
    return rule?.case === "startsWith" || rule?.case === "endsWith" || rule?.case === "contains" ? [rule.value] : [];
  });
}

function exposedInValue(value: JsonValue): ExposedText[] {
  const found = emailsWithin(value);
  for (const inner of valuesWithin(value)) {
    const list = longListIn(listOf(inner));
    if (list !== undefined) found.push({ what: "list", text: list });
  }
  return found;
}

/** What of a value may be a list: its elements, its names, or the parts of a text. */
function listOf(value: JsonValue): readonly unknown[] {
  if (typeof value === "string") return value.split(/[\s,;|]+/);
  if (Array.isArray(value)) return value;
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

function emailsWithin(value: JsonValue): ExposedText[] {
  const emails = [...valuesWithin(value)].flatMap((inner) => {
    if (typeof inner === "string") return emailsIn(inner);
    return typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.keys(inner).flatMap(emailsIn)
      : [];
  });
  return [...new Set(emails)].map((text) => ({ what: "email", text }));
}

function* valuesWithin(value: JsonValue): Generator<JsonValue> {
  yield value;
  if (typeof value !== "object" || value === null) return;
  for (const inner of Object.values(value)) yield* valuesWithin(inner);
}
