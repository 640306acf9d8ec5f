/** Attribute criteria with every operator, the degenerate ones included. @module */
import { createHash } from "node:crypto";
import {
  type AttributeCriterionSchema,
  type HashedSetRuleSchema,
  type InnerRuleSchema,
  LiteralKind,
  type RangeRuleSchema,
} from "@aplomb/proto/bundle";
import fc from "fast-check";
import { anyOf, hotOf, type InitOf, mostly } from "./draw.js";
import { literalFor } from "./literals.js";
import { ATTRIBUTES, type HomeKind, NUMERIC_TEXTS, TEXTS, VERSIONS } from "./pools.js";

type CriterionInit = InitOf<typeof AttributeCriterionSchema>;
type InnerInit = InitOf<typeof InnerRuleSchema>;
type OperatorInit = NonNullable<CriterionInit["rule"]>;
type InnerOperatorInit = NonNullable<InnerInit["rule"]>;

/** A criterion on one of the shared attributes, mostly against literals of its kind. */
export function attributeCriteria(): fc.Arbitrary<CriterionInit> {
  const known = anyOf(Object.entries(ATTRIBUTES)).chain(([path, home]) => onPath(path, home));
  const strange = anyOf(["targeting_key", "l", "o", "o.q.r", "", "a..b", "missing", "n.x"]).chain((path) =>
    onPath(path, "string"),
  );
  return mostly([8, known], [2, strange]);
}

function onPath(path: string, home: HomeKind): fc.Arbitrary<CriterionInit> {
  return operatorFor(home).map((rule) => ({ path, rule }));
}

function operatorFor(home: HomeKind): fc.Arbitrary<OperatorInit> {
  const inner = innerOperatorFor(home);
  const element = mostly<{ rule?: InnerInit }>(
    [40, inner.map((rule) => ({ rule: { rule } }))],
    [1, fc.constant({ rule: {} })],
    [1, fc.constant({})],
  );
  return mostly<OperatorInit>(
    [28, inner],
    [6, element.map((value) => ({ case: "any" as const, value }))],
    [6, element.map((value) => ({ case: "all" as const, value }))],
    [1, fc.constant({ case: undefined })],
  );
}

function innerOperatorFor(home: HomeKind): fc.Arbitrary<InnerOperatorInit> {
  const literal = literalFor(home);
  const isText = home === "string" || home === "version" || home === "timestamp";
  const needle = hotOf(["a", "1", "2024", "", "b", ".", "é", "\u0301", "null", "u"]);
  const eq = mostly([30, literal.map((value) => ({ value }))], [1, fc.constant({})]);
  return fc.oneof(
    { weight: 4, arbitrary: eq.map((value) => ({ case: "eq" as const, value })) },
    {
      weight: 4,
      arbitrary: fc.array(literal, { maxLength: 4 }).map((values) => ({ case: "set" as const, value: { values } })),
    },
    { weight: 4, arbitrary: rangeOf(home).map((value) => ({ case: "range" as const, value })) },
    { weight: isText ? 2 : 1, arbitrary: needle.map((value) => ({ case: "startsWith" as const, value })) },
    { weight: isText ? 2 : 1, arbitrary: needle.map((value) => ({ case: "endsWith" as const, value })) },
    { weight: isText ? 2 : 1, arbitrary: needle.map((value) => ({ case: "contains" as const, value })) },
    { weight: 2, arbitrary: hashedSetFor(home).map((value) => ({ case: "hashedSet" as const, value })) },
  );
}

function rangeOf(home: HomeKind): fc.Arbitrary<InitOf<typeof RangeRuleSchema>> {
  const literal = literalFor(home);
  const start = fc.oneof(
    fc.constant({ case: undefined }),
    literal.map((value) => ({ case: "startInclusive" as const, value })),
    literal.map((value) => ({ case: "startExclusive" as const, value })),
  );
  const end = fc.oneof(
    fc.constant({ case: undefined }),
    literal.map((value) => ({ case: "endInclusive" as const, value })),
    literal.map((value) => ({ case: "endExclusive" as const, value })),
  );
  return fc.record({ start, end });
}

const hashedTexts = {
  [LiteralKind.STRING]: TEXTS,
  [LiteralKind.NUMBER]: [...NUMERIC_TEXTS.filter((text) => /^[0-9]+$/.test(text)), "2.5", "0.0000001", "-1"],
  [LiteralKind.VERSION]: VERSIONS,
  [LiteralKind.UNSPECIFIED]: TEXTS,
} as const;

function hashedSetFor(home: HomeKind): fc.Arbitrary<InitOf<typeof HashedSetRuleSchema>> {
  const own = { number: LiteralKind.NUMBER, version: LiteralKind.VERSION } as const;
  const mine = home === "number" || home === "version" ? own[home] : LiteralKind.STRING;
  const kind = mostly<LiteralKind.STRING | LiteralKind.NUMBER | LiteralKind.VERSION | LiteralKind.UNSPECIFIED>(
    [20, fc.constant(mine)],
    [4, anyOf([LiteralKind.STRING, LiteralKind.NUMBER, LiteralKind.VERSION] as const)],
    [1, fc.constant(LiteralKind.UNSPECIFIED)],
  );
  return kind.chain((drawn) =>
    fc
      .tuple(fc.subarray([...hashedTexts[drawn]]), anyOf([8, 9, 16, 32]), anyOf(["", "salt"]))
      .map(([texts, prefixBytes, salt]) => ({
        kind: drawn,
        salt: Buffer.from(salt),
        prefixBytes,
        prefixes: prefixesOf(texts, prefixBytes, salt),
      })),
  );
}

function prefixesOf(texts: readonly string[], prefixBytes: number, salt: string): Uint8Array<ArrayBuffer> {
  const hashes = texts.map((text) =>
    createHash("sha256")
      .update(salt + text)
      .digest()
      .subarray(0, prefixBytes),
  );
  return Uint8Array.from(Buffer.concat(hashes.sort(Buffer.compare)));
}
