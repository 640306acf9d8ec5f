/** The keys that code may read of a flag, and the TypeScript type of each. @module */
import { type Flag, ScalarKind, type StructType, type ValueType } from "@aplomb/proto/bundle";
import { scalarTypeOf } from "../value-schema.js";
import type { TypeText } from "./flag-shape.js";

/** What anything is, where there is no schema. */
const ANYTHING: TypeText = "JsonValue";

/** The type of a flag whose bundle does not say more. */
export const NO_SCHEMA: TypeText = "JsonObject";

const SCALARS: Readonly<Record<ScalarKind, TypeText>> = {
  [ScalarKind.UNSPECIFIED]: ANYTHING,
  [ScalarKind.INT]: "number",
  [ScalarKind.DOUBLE]: "number",
  [ScalarKind.STRING]: "string",
  [ScalarKind.BOOL]: "boolean",
};

/** Types by key. A flag whose values are no objects has one: its own. */
export function readsOf(key: string, flag: Flag): Map<string, TypeText> {
  const scalar = scalarTypeOf(flag);
  if (scalar !== undefined) return new Map([[key, typeOf(scalar)]]);
  const reads = new Map<string, TypeText>([[key, flag.schema === undefined ? NO_SCHEMA : structType(flag.schema)]]);
  const enter = ({ fields }: StructType, path: string): void => {
    for (const { name, schema } of fields) {
      const inner = `${path}.${name}`;
      reads.set(inner, typeOf(schema));
      if (schema?.kind.case === "struct") enter(schema.kind.value, inner);
    }
  };
  if (flag.schema !== undefined) enter(flag.schema, key);
  return reads;
}

function typeOf(type: ValueType | undefined): TypeText {
  switch (type?.kind.case) {
    case "struct":
      return structType(type.kind.value);
    case "list": {
      const element = typeOf(type.kind.value.element);
      return `readonly ${element.includes(" ") && !element.endsWith("}") ? `(${element})` : element}[]`;
    }
    case "scalar":
      return SCALARS[type.kind.value] ?? ANYTHING;
    default:
      return ANYTHING;
  }
}

function structType({ fields }: StructType): TypeText {
  if (fields.length === 0) return NO_SCHEMA;
  return `{ ${fields.map(({ name, schema }) => `readonly ${propertyName(name)}: ${typeOf(schema)}`).join("; ")} }`;
}

/** A name as TypeScript writes it: quoted unless it is plain. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : quotedName(name);
}

/** A name as a string literal that is safe in a source file. */
export function quotedName(name: string): string {
  return JSON.stringify(name).replace(/[\u2028\u2029]/g, (found) => `\\u${found.charCodeAt(0).toString(16)}`);
}
