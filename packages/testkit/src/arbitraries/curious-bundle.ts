/** A bundle that looks at a few attributes in every way there is: each flag in one, each rule at one attribute. @module */
import { type AttributeCriterionSchema, LiteralKind } from "@aplomb/proto/bundle";
import { bundleBytes, type FlagInit, fullRollout, type LiteralInit, literal, segmentOf } from "../bundle-builder.js";
import type { InitOf } from "./draw.js";

type Operator = NonNullable<InitOf<typeof AttributeCriterionSchema>["rule"]>;

/** Paths that the bundle reads. */
const PATHS = ["s", "o.p", "targeting_key", "__proto__", ""];

const text = literal("a");
const number = literal(1);
const version: LiteralInit = { kind: { case: "version", value: "1.2.3" } };
const moment: LiteralInit = { kind: { case: "timestamp", value: { seconds: 0n, nanos: 0 } } };
const list: LiteralInit = { kind: { case: "list", value: { values: [text] } } };
const inner = (literals: LiteralInit[]): { rule: { rule: { case: "set"; value: { values: LiteralInit[] } } } } => ({
  rule: { rule: { case: "set", value: { values: literals } } },
});

/** Operators by the key of the flag that uses them. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  f: { case: "eq", value: { value: text } },
  g: { case: "eq", value: { value: number } },
  h: { case: "eq", value: { value: literal(true) } },
  lists: { case: "eq", value: { value: list } },
  versions: { case: "set", value: { values: [version, text] } },
  moments: { case: "range", value: { start: { case: "startInclusive", value: moment } } },
  texts: { case: "range", value: { end: { case: "endExclusive", value: text } } },
  everything: { case: "range", value: {} },
  any: { case: "any", value: inner([number]) },
  all: { case: "all", value: inner([text, number]) },
  heads: { case: "startsWith", value: "a" },
  parts: { case: "contains", value: "" },
  secrets: {
    case: "hashedSet",
    value: { kind: LiteralKind.NUMBER, prefixBytes: 8, prefixes: new Uint8Array(8), salt: new Uint8Array() },
  },
};

/** Its bytes. The flag `units` takes each attribute as a unit; rules go on to the next one where they can. */
export function curiousBundle(): Uint8Array<ArrayBuffer> {
  const readings = Object.entries(OPERATORS).flatMap(([key, rule]) =>
    PATHS.map((path) => ({
      key,
      id: `${key} ${path}`,
      segment: segmentOf({ kind: { case: "attribute", value: { path, rule } } }),
    })),
  );
  const flagOf = (key: string): FlagInit => ({
    variants: [{ name: "on", value: { on: true } }],
    rules: readings.filter((reading) => reading.key === key).map(({ id }) => fullRollout(id, id, "(fallthrough)")),
  });
  const units: FlagInit = {
    rules: PATHS.map((unitSelector) => ({ ...fullRollout(unitSelector, "f s", "(fallthrough)"), unitSelector })),
  };
  return bundleBytes({
    segments: Object.fromEntries(readings.map(({ id, segment }) => [id, segment])),
    flags: { ...Object.fromEntries(Object.keys(OPERATORS).map((key) => [key, flagOf(key)])), units },
  });
}
