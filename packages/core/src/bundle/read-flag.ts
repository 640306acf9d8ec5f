/** Reads one flag entry. A field this reader does not know makes the whole entry unreadable. @module */
import { FlagError } from "../errors.js";
import type {
  Assignment,
  BucketRange,
  Flag,
  FlagState,
  Materialization,
  Outcome,
  Rule,
  Split,
  StructSchema,
  Variant,
} from "../flag.js";
import type { Limits } from "../limits.js";
import type { JsonObject } from "../value.js";
import { readStruct, unknownField } from "./read-value.js";
import { BYTES, VARINT, WireReader } from "./wire-reader.js";

const STATES: readonly (FlagState | undefined)[] = ["ACTIVE", "ACTIVE", "DISABLED", "REMOTE"];

/**
 * Reads a flag.
 *
 * @throws FlagError READER for an unknown field, MALFORMED and LIMIT for the bytes.
 */
export function readFlag(bytes: Uint8Array, limits: Limits): Flag {
  if (bytes.length > limits.entryBytes) throw new FlagError("LIMIT", `an entry of ${bytes.length} bytes`);
  const budget = { records: limits.entryRecords, depth: limits.entryDepth, textBytes: limits.textBytes };
  const reader = new WireReader(bytes, budget);
  const variants: Variant[] = [];
  const rules: Rule[] = [];
  let schema: StructSchema | undefined;
  let state: FlagState | undefined = "ACTIVE";
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) schema = readStructSchema(reader.message());
    else if (tag === 16 + BYTES) variants.push(readVariant(reader.message()));
    else if (tag === 24 + BYTES) rules.push(readRule(reader.message()));
    else if (tag === 32 + VARINT) state = STATES[reader.uint32()];
    else if (reader.field >= 5 && reader.field <= 7 && reader.type === BYTES) reader.skip();
    else throw unknownField("a flag", reader);
  }
  if (state === undefined) throw new FlagError("READER", "the flag's state is unknown");
  if (variants.length > limits.variantsPerFlag) throw new FlagError("LIMIT", `${variants.length} variants`);
  if (rules.length > limits.rulesPerFlag) throw new FlagError("LIMIT", `${rules.length} rules`);
  return { state, schema, variants, rules };
}

function readVariant(reader: WireReader): Variant {
  let name = "";
  let value: JsonObject = {};
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) name = reader.text();
    else if (reader.field === 2 && reader.type === BYTES) value = readStruct(reader.message());
    else throw unknownField("a variant", reader);
  }
  return { name, value };
}

function readStructSchema(reader: WireReader): StructSchema {
  const fields: { name: string; struct: StructSchema | undefined }[] = [];
  while (reader.next()) {
    if (reader.field !== 1 || reader.type !== BYTES) throw unknownField("a schema", reader);
    fields.push(readSchemaField(reader.message()));
  }
  return { fields };
}

function readSchemaField(reader: WireReader): { name: string; struct: StructSchema | undefined } {
  let name = "";
  let struct: StructSchema | undefined;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) name = reader.text();
    else if (reader.field === 2 && reader.type === BYTES) struct = readValueSchema(reader.message());
    else throw unknownField("a schema field", reader);
  }
  return { name, struct };
}

/** Only structs matter to evaluation: their missing fields read as null. */
function readValueSchema(reader: WireReader): StructSchema | undefined {
  let struct: StructSchema | undefined;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) struct = readStructSchema(reader.message());
    else if (tag === 16 + BYTES || tag === 24 + VARINT) {
      reader.skip();
      struct = undefined;
    } else throw unknownField("a value schema", reader);
  }
  return struct;
}

function readRule(reader: WireReader): Rule {
  let name = "";
  let segment = "";
  let unitSelector = "";
  let enabled = false;
  let salt: string | undefined;
  let split: Split | undefined;
  let materialization: Materialization | undefined;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) name = reader.text();
    else if (tag === 16 + BYTES) segment = reader.text();
    else if (tag === 24 + BYTES) unitSelector = reader.text();
    else if (tag === 32 + VARINT) enabled = reader.bool();
    else if (tag === 40 + BYTES) salt = reader.text();
    else if (tag === 48 + BYTES) split = readSplit(reader.message());
    else if (tag === 56 + BYTES) materialization = readMaterialization(reader.message());
    else if (tag === 64 + BYTES) reader.skip();
    else throw unknownField("a rule", reader);
  }
  return { name, segment, unitSelector, enabled, salt, split, materialization };
}

function readSplit(reader: WireReader): Split {
  let bucketCount = 0;
  const assignments: Assignment[] = [];
  while (reader.next()) {
    if (reader.field === 1 && reader.type === VARINT) bucketCount = Math.max(0, reader.int32());
    else if (reader.field === 2 && reader.type === BYTES) assignments.push(readAssignment(reader.message()));
    else throw unknownField("a split", reader);
  }
  return { bucketCount, assignments };
}

function readAssignment(reader: WireReader): Assignment {
  let id = "";
  let outcome: Outcome | undefined;
  const ranges: BucketRange[] = [];
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) id = reader.text();
    else if (tag === 16 + BYTES) outcome = { kind: "variant", variant: reader.text() };
    else if (tag === 24 + BYTES) outcome = readEmpty(reader.message(), { kind: "fallthrough" });
    else if (tag === 32 + BYTES) outcome = readEmpty(reader.message(), { kind: "clientDefault" });
    else if (tag === 40 + BYTES) ranges.push(readRange(reader.message()));
    else throw unknownField("an assignment", reader);
  }
  return { id, outcome, ranges };
}

function readEmpty(reader: WireReader, outcome: Outcome): Outcome {
  if (reader.next()) throw unknownField("an outcome", reader);
  return outcome;
}

function readRange(reader: WireReader): BucketRange {
  let lower = 0;
  let upper = 0;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === VARINT) lower = reader.int32();
    else if (reader.field === 2 && reader.type === VARINT) upper = reader.int32();
    else throw unknownField("a range", reader);
  }
  return { lower, upper };
}

function readMaterialization(reader: WireReader): Materialization {
  let write = "";
  let read = "";
  let mustMatch = false;
  let targetingCanBeIgnored = false;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + BYTES) write = reader.text();
    else if (tag === 16 + BYTES) read = reader.text();
    else if (tag === 24 + VARINT) mustMatch = reader.bool();
    else if (tag === 32 + VARINT) targetingCanBeIgnored = reader.bool();
    else throw unknownField("a materialization", reader);
  }
  return { write, read, mustMatch, targetingCanBeIgnored };
}
