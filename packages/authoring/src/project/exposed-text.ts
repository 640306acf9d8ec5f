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
  const list = longListIn(clearPartsOf(targeting));
  return [
    ...emailsWithin(toJson(TargetingSchema, targeting)),
    ...(list === undefined ? [] : [{ what: "list" as const, text: list }]),
  ];
}

/** The literals that hashes cannot replace: parts of texts, and bounds. The client's own attributes, `$…`, tell of nobody. */
function clearPartsOf({ criteria }: Targeting): (string | number)[] {
  return criteria.flatMap(({ kind }): (string | number)[] => {
    if (kind.case !== "attribute" || kind.value.path.startsWith("$")) return [];
    const outer = kind.value.rule;
    const rule = outer.case === "any" || outer.case === "all" ? outer.value.rule?.rule : outer;
    if (rule?.case === "startsWith" || rule?.case === "endsWith" || rule?.case === "contains") return [rule.value];
    const bounds = rule?.case === "range" ? [rule.value.start.value, rule.value.end.value] : [];
    return bounds.flatMap((bound) => (bound?.kind.case === "number" ? [bound.kind.value] : []));
  });
}

function exposedInValue(value: JsonValue): ExposedText[] {
  const found = emailsWithin(value);
  for (const inner of valuesWithin(value)) {
    for (const values of listsIn(inner)) {
      const list = longListIn(values);
      if (list !== undefined) found.push({ what: "list", text: list });
    }
  }
  return found;
}

/** What of a value may be a list: its elements or a field that they have, its names, or the parts of a text. */
function listsIn(value: JsonValue): Iterable<readonly unknown[]> {
  if (typeof value === "string") return [value.split(/[\s,;|]+/)];
  if (Array.isArray(value)) return columnsOf(value);
  return typeof value === "object" && value !== null ? [Object.keys(value)] : [];
}

/** The values that the elements of a list have in one and the same place; lists in lists are one list. */
function columnsOf(elements: readonly JsonValue[]): Iterable<readonly unknown[]> {
  const columns = new Map<string, JsonValue[]>();
  const enter = (value: JsonValue, place: string): void => {
    if (Array.isArray(value)) for (const inner of value) enter(inner, place);
    else if (typeof value === "object" && value !== null)
      for (const [name, inner] of Object.entries(value)) enter(inner, `${place}.${name}`);
    else if (columns.get(place)?.push(value) === undefined) columns.set(place, [value]);
  };
  for (const element of elements) enter(element, "");
  return columns.values();
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
