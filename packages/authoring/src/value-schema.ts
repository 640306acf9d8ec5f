/** The schema of a flag's values as types by dotted path. @module */
import { ScalarKind, type StructType, type ValueType } from "@aplomb/proto/bundle";

/** The field of a flag whose values are no objects. */
const SCALAR_FIELD = "value";

const SCALARS: Readonly<Record<ScalarKind, string>> = {
  [ScalarKind.UNSPECIFIED]: "anything",
  [ScalarKind.INT]: "integer",
  [ScalarKind.DOUBLE]: "number",
  [ScalarKind.STRING]: "string",
  [ScalarKind.BOOL]: "boolean",
};

/**
 * Types by dotted path, objects included, in the order of the schema; empty without a schema.
 *
 * @example // { button: "object", "button.label": "string", hints: "list of string" }
 */
export function fieldTypesOf(schema: StructType | undefined): Map<string, string> {
  const types = new Map<string, string>();
  const enter = ({ fields }: StructType, path: string): void => {
    for (const { name, schema: type } of fields) {
      types.set(`${path}${name}`, typeText(type));
      if (type?.kind.case === "struct") enter(type.kind.value, `${path}${name}.`);
    }
  };
  if (schema !== undefined) enter(schema, "");
  return types;
}

/** What a read without a path gives, for flags whose values are no objects. */
export function scalarTypeOf(schema: StructType | undefined): ValueType | undefined {
  const [only, ...others] = schema?.fields ?? [];
  const isScalar = only?.name === SCALAR_FIELD && others.length === 0 && only.schema?.kind.case === "scalar";
  return isScalar ? only.schema : undefined;
}

/** A type in words. */
export function typeText(type: ValueType | undefined): string {
  switch (type?.kind.case) {
    case "struct":
      return "object";
    case "list":
      return `list of ${typeText(type.kind.value.element)}`;
    case "scalar":
      return SCALARS[type.kind.value] ?? "anything";
    default:
      return "anything";
  }
}
