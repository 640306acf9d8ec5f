/** Replaces the literals of equality and of sets by salted hashes, so that only who knows a value can find it. @module */
import { createHash } from "node:crypto";
import {
  type AttributeCriterion,
  HashedSetRuleSchema,
  type InnerRule,
  LiteralKind,
  type Targeting,
  TargetingSchema,
  type Value,
} from "@aplomb/proto/bundle";
import { clone, create, type MessageInitShape } from "@bufbuild/protobuf";
import { plainDecimal } from "./plain-decimal.js";

/** How much of each hash is kept: a stranger's value is taken for a member once in 2^64 by the number of members. */
const PREFIX_BYTES = 8;
const SALT_BYTES = 16;

/**
 * A copy in which the texts, numbers and versions of `eq` and `set` rules are prefixes of SHA-256(salt ‖ text), in order.
 * Booleans and moments stay: there is no text of theirs to hash.
 *
 * Each rule has a salt of its own. It looks random and is not: the head of the SHA-256 of the names given and of the rule's place,
 * so that the same files give the same bytes. A salt is public anyway; it is there so that one table does not serve
 * for all rules, and members of two rules cannot be compared.
 *
 * @param names - What tells this targeting from all others: trust domain, audience, segment.
 */
export function hashLiterals(targeting: Targeting, names: readonly string[]): Targeting {
  const copy = clone(TargetingSchema, targeting);
  for (const [place, { kind }] of copy.criteria.entries()) {
    if (kind.case === "attribute") hashCriterion(kind.value, saltOf([...names, String(place)]));
  }
  return copy;
}

function hashCriterion(criterion: AttributeCriterion, salt: Uint8Array): void {
  const { rule } = criterion;
  const inner = rule.case === "any" || rule.case === "all" ? rule.value.rule : undefined;
  const owner: AttributeCriterion | InnerRule = inner ?? criterion;
  const hashed = hashedSetFor(owner.rule, salt);
  if (hashed !== undefined) owner.rule = { case: "hashedSet", value: create(HashedSetRuleSchema, hashed) };
}

function hashedSetFor(
  rule: AttributeCriterion["rule"] | InnerRule["rule"],
  salt: Uint8Array,
): MessageInitShape<typeof HashedSetRuleSchema> | undefined {
  const values = valuesOf(rule);
  const kind = KINDS[values[0]?.kind.case ?? ""];
  if (kind === undefined) return undefined;
  // Values of another kind than the first equal nothing that an attribute is converted to.
  const texts = values.filter((value) => KINDS[value.kind.case ?? ""] === kind).flatMap(textOf);
  const prefixes = new Set(texts.map((text) => prefixOf(salt, text)));
  return { salt: new Uint8Array(salt), prefixBytes: PREFIX_BYTES, prefixes: bytesOf([...prefixes].sort()), kind };
}

function valuesOf(rule: AttributeCriterion["rule"] | InnerRule["rule"]): readonly Value[] {
  if (rule.case === "set") return rule.value.values;
  return rule.case === "eq" && rule.value.value !== undefined ? [rule.value.value] : [];
}

const KINDS: Readonly<Record<string, LiteralKind>> = {
  string: LiteralKind.STRING,
  number: LiteralKind.NUMBER,
  version: LiteralKind.VERSION,
};

function textOf({ kind }: Value): string[] {
  if (kind.case === "string" || kind.case === "version") return [kind.value];
  return kind.case === "number" && !Number.isNaN(kind.value) ? [plainDecimal(kind.value)] : [];
}

/** In hexadecimal, which is ordered as the bytes are. */
function prefixOf(salt: Uint8Array, text: string): string {
  return createHash("sha256")
    .update(salt)
    .update(text, "utf8")
    .digest("hex")
    .slice(0, PREFIX_BYTES * 2);
}

function bytesOf(prefixes: readonly string[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(prefixes.join(""), "hex"));
}

function saltOf(names: readonly string[]): Uint8Array {
  return createHash("sha256")
    .update(JSON.stringify(["aplomb hashed set", ...names]))
    .digest()
    .subarray(0, SALT_BYTES);
}
