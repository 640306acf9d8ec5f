/** Compiles a flag: schema, variants, rules, and the segments of its rules. @module */
import type { JsonObject, JsonValue } from "@aplomb/core";
import {
  type Flag,
  FlagSchema,
  FlagState,
  ScalarKind,
  type StructType,
  StructTypeSchema,
  type ValueType,
  ValueTypeSchema,
} from "@aplomb/proto/bundle";
import { create, type JsonObject as StructInit } from "@bufbuild/protobuf";
import type { Allocation } from "../allocation.js";
import { type Fields, type FieldType, type FlagFile, variantsOf } from "../flag-file.js";
import { compileRule, type NamedSegment } from "./compile-rule.js";

/** A flag, and the segments that its rules need beside the shared ones. */
export interface CompiledFlag {
  readonly flag: Flag;
  readonly segments: readonly NamedSegment[];
}

/** Compiles one flag. A value that is no object is stored in the field `value`, which a read without a path reads. */
export function compileFlag(file: FlagFile, allocation: Allocation): CompiledFlag {
  const rules = (file.rules ?? []).map((rule) => compileRule(file, rule, allocation));
  const isObject = file.type === "object";
  const flag = create(FlagSchema, {
    schema: structSchemaOf(isObject ? (file.fields ?? {}) : { value: file.type as FieldType }),
    variants: Object.entries(variantsOf(file)).map(([name, value]) => ({
      name,
      value: structOf(isObject ? value : { value }),
    })),
    rules: rules.map(({ rule }) => rule),
    state: file.enabled === false ? FlagState.DISABLED : FlagState.ACTIVE,
    description: file.description ?? "",
    owner: file.owner ?? "",
    expiresOn: file.expires ?? "",
  });
  return { flag, segments: rules.flatMap(({ segments }) => segments) };
}

const SCALAR_KINDS: Readonly<Record<Exclude<FieldType, object>, ScalarKind>> = {
  boolean: ScalarKind.BOOL,
  string: ScalarKind.STRING,
  number: ScalarKind.DOUBLE,
  integer: ScalarKind.INT,
};

function structSchemaOf(fields: Fields): StructType {
  const names = Object.keys(fields).sort();
  return create(StructTypeSchema, {
    fields: names.map((name) => ({ name, schema: valueTypeOf(fields[name] ?? "string") })),
  });
}

function valueTypeOf(type: FieldType): ValueType {
  if (typeof type === "string") return create(ValueTypeSchema, { kind: { case: "scalar", value: SCALAR_KINDS[type] } });
  if (type.type === "list")
    return create(ValueTypeSchema, { kind: { case: "list", value: { element: valueTypeOf(type.of) } } });
  return create(ValueTypeSchema, { kind: { case: "struct", value: structSchemaOf(type.fields) } });
}

/** A copy with its keys in order, so that equal values have equal bytes. */
function structOf(value: JsonValue): StructInit {
  return inKeyOrder(value) as StructInit;
}

function inKeyOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inKeyOrder(inner)]));
}
