/** Reads one segment entry: targeting and allocation. @module */
import { FlagError } from "../errors.js";
import type { Limits } from "../limits.js";
import {
  ALLOCATION_BUCKETS,
  type Allocation,
  type Criterion,
  type Expression,
  type Segment,
  type Targeting,
} from "../segment.js";
import { readAttributeCriterion } from "./read-attribute-rule.js";
import { unknownField } from "./read-value.js";
import { BYTES, VARINT, WireReader } from "./wire-reader.js";

/**
 * Reads a segment.
 *
 * @throws FlagError READER for an unknown field, MALFORMED and LIMIT for the bytes.
 */
export function readSegment(bytes: Uint8Array, limits: Limits): Segment {
  if (bytes.length > limits.entryBytes) throw new FlagError("LIMIT", `an entry of ${bytes.length} bytes`);
  const budget = { records: limits.entryRecords, depth: limits.entryDepth, textBytes: limits.textBytes };
  const reader = new WireReader(bytes, budget);
  let targeting: Targeting | undefined;
  let allocation: Allocation | undefined;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) targeting = readTargeting(reader.message());
    else if (reader.field === 2 && reader.type === BYTES) allocation = readAllocation(reader.message());
    else if (reader.field === 3 && reader.type === BYTES) reader.skip();
    else throw unknownField("a segment", reader);
  }
  return { targeting, allocation };
}

function readAllocation(reader: WireReader): Allocation {
  let salt: string | undefined;
  let storedBits = 0;
  let bounds: number[] | undefined;
  let bits: Uint8Array | undefined;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) salt = reader.text();
    else if (tag === 16 + VARINT) storedBits = reader.uint32();
    else if (tag === 24 + BYTES) {
      bounds = readBounds(reader.message());
      bits = undefined;
    } else if (tag === 32 + BYTES) {
      bits = reader.bytes();
      bounds = undefined;
    } else throw unknownField("an allocation", reader);
  }
  if (storedBits > ALLOCATION_BUCKETS || (bits?.length ?? 0) > ALLOCATION_BUCKETS / 8) {
    throw new FlagError("LIMIT", `an allocation of more than ${ALLOCATION_BUCKETS} buckets`);
  }
  return { salt, storedBits, bounds, bits };
}

function readBounds(reader: WireReader): number[] {
  const bounds: number[] = [];
  while (reader.next()) {
    if (reader.field !== 1 || (reader.type !== BYTES && reader.type !== VARINT)) throw unknownField("ranges", reader);
    reader.uint32s(bounds);
  }
  const ascending = bounds.every((bound, i) => i === 0 || bound >= (bounds[i - 1] as number));
  if (bounds.length % 2 !== 0 || !ascending)
    throw new FlagError("MALFORMED", "allocation ranges that are not ascending pairs");
  return bounds;
}

function readTargeting(reader: WireReader): Targeting {
  const criteria: Criterion[] = [];
  let expression: Expression | undefined;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) criteria.push(readCriterion(reader.message()));
    else if (reader.field === 2 && reader.type === BYTES) expression = readExpression(reader.message());
    else throw unknownField("targeting", reader);
  }
  return { criteria, expression };
}

function readExpression(reader: WireReader): Expression {
  let expression: Expression = { kind: "none" };
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + VARINT) expression = { kind: "criterion", index: reader.uint32() };
    else if (tag === 16 + BYTES) expression = { kind: "not", operand: readExpression(reader.message()) };
    else if (tag === 24 + BYTES) expression = { kind: "and", operands: readOperands(reader.message()) };
    else if (tag === 32 + BYTES) expression = { kind: "or", operands: readOperands(reader.message()) };
    else throw unknownField("an expression", reader);
  }
  return expression;
}

function readOperands(reader: WireReader): Expression[] {
  const operands: Expression[] = [];
  while (reader.next()) {
    if (reader.field !== 1 || reader.type !== BYTES) throw unknownField("operands", reader);
    operands.push(readExpression(reader.message()));
  }
  return operands;
}

function readCriterion(reader: WireReader): Criterion {
  let criterion: Criterion = { kind: "none" };
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) criterion = readAttributeCriterion(reader.message());
    else if (tag === 16 + BYTES) criterion = { kind: "segment", segment: reader.text() };
    else if (tag === 24 + BYTES) criterion = { kind: "materialized", materialization: reader.text() };
    else if (tag === 32 + BYTES) criterion = readPrerequisite(reader.message());
    else throw unknownField("a criterion", reader);
  }
  return criterion;
}

function readPrerequisite(reader: WireReader): Criterion {
  let flag = "";
  const variants: string[] = [];
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) flag = reader.text();
    else if (reader.field === 2 && reader.type === BYTES) variants.push(reader.text());
    else throw unknownField("a prerequisite", reader);
  }
  return { kind: "prerequisite", flag, variants };
}
