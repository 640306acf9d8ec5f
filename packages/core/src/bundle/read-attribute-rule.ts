/** Reads conditions on attributes and the literals in them. @module */
import { type Operand, versionOf } from "../operand.js";
import type { AttributeRule, Criterion, ElementRule } from "../segment.js";
import { unknownField } from "./read-value.js";
import { BYTES, FIXED64, VARINT, type WireReader } from "./wire-reader.js";

const LITERALS = [undefined, "string", "number", "version"] as const;

/** Reads an attribute criterion. */
export function readAttributeCriterion(reader: WireReader): Criterion {
  let path = "";
  let rule: AttributeRule | undefined;
  while (reader.next()) {
    if (reader.type !== BYTES) throw unknownField("an attribute criterion", reader);
    if (reader.field === 1) path = reader.text();
    else if (reader.field === 5) rule = readQuantified(reader.message(), "any");
    else if (reader.field === 6) rule = readQuantified(reader.message(), "all");
    else if (reader.field > 6) rule = readElementRule(reader, reader.field - 3);
    else rule = readElementRule(reader, reader.field - 1);
  }
  return { kind: "attribute", path, rule };
}

function readQuantified(reader: WireReader, kind: "any" | "all"): AttributeRule {
  let inner: ElementRule | "empty" | undefined;
  while (reader.next()) {
    if (reader.field !== 1 || reader.type !== BYTES) throw unknownField("an element rule", reader);
    inner = readInnerRule(reader.message());
  }
  return { kind, inner };
}

function readInnerRule(reader: WireReader): ElementRule | "empty" {
  let rule: ElementRule | "empty" = "empty";
  while (reader.next()) {
    if (reader.type !== BYTES) throw unknownField("an inner rule", reader);
    rule = readElementRule(reader, reader.field);
  }
  return rule;
}

/** Reads the current field by its number in an inner rule; an attribute's own rules are the same, numbered otherwise. */
function readElementRule(reader: WireReader, number: number): ElementRule {
  switch (number) {
    case 1:
      return { kind: "eq", value: readLiterals(reader.message()).at(-1) };
    case 2:
      return { kind: "set", values: readLiterals(reader.message()) };
    case 3:
      return readRange(reader.message());
    case 4:
      return { kind: "startsWith", text: reader.text() };
    case 5:
      return { kind: "endsWith", text: reader.text() };
    case 6:
      return { kind: "contains", text: reader.text() };
    case 7:
      return readHashedSet(reader.message());
    default:
      throw unknownField("an attribute rule", reader);
  }
}

/** Reads field 1 of an equality, a set or a list: literals. */
function readLiterals(reader: WireReader): Operand[] {
  const values: Operand[] = [];
  while (reader.next()) {
    if (reader.field !== 1 || reader.type !== BYTES) throw unknownField("a list of literals", reader);
    values.push(readLiteral(reader.message()));
  }
  return values;
}

function readLiteral(reader: WireReader): Operand {
  let value: Operand = null;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + VARINT) value = reader.bool();
    else if (tag === 16 + BYTES) value = reader.text();
    else if (tag === 24 + BYTES) value = readMoment(reader.message());
    else if (tag === 32 + BYTES) value = versionOf(reader.text());
    else if (tag === 40 + FIXED64) value = reader.double();
    else if (tag === 48 + BYTES) value = readLiterals(reader.message());
    else throw unknownField("a literal", reader);
  }
  return value;
}

function readMoment(reader: WireReader): Operand {
  let seconds = 0;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === VARINT) seconds = reader.int64();
    else if (reader.field === 2 && reader.type === VARINT) nanos = reader.int32();
    else throw unknownField("a timestamp", reader);
  }
  return { kind: "moment", seconds, nanos };
}

function readRange(reader: WireReader): ElementRule {
  let start: Operand | undefined;
  let end: Operand | undefined;
  let startInclusive = true;
  let endInclusive = true;
  while (reader.next()) {
    if (reader.type !== BYTES || reader.field > 4) throw unknownField("a range", reader);
    const inclusive = reader.field % 2 === 1;
    const bound = readLiteral(reader.message());
    if (reader.field < 3) {
      start = bound;
      startInclusive = inclusive;
    } else {
      end = bound;
      endInclusive = inclusive;
    }
  }
  return { kind: "range", start, startInclusive, end, endInclusive };
}

function readHashedSet(reader: WireReader): ElementRule {
  let salt: Uint8Array = new Uint8Array();
  let prefixes: Uint8Array = new Uint8Array();
  let prefixBytes = 0;
  let literal: (typeof LITERALS)[number];
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) salt = reader.bytes();
    else if (tag === 16 + VARINT) prefixBytes = reader.uint32();
    else if (tag === 24 + BYTES) prefixes = reader.bytes();
    else if (tag === 32 + VARINT) literal = LITERALS[reader.uint32()];
    else throw unknownField("a hashed set", reader);
  }
  return { kind: "hashedSet", salt, prefixBytes, prefixes, literal };
}
