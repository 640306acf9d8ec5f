/** The keys that code may read of a flag, and the TypeScript type of each. @module */
import { type Flag, ScalarKind, type StructType, type ValueType } from "@aplomb/proto/bundle";
import { scalarTypeOf } from "../value-schema.js";
import type { TypeText } from "./flag-shape.js";

/** What anything is, where there is no schema. */
const ANYTHING: TypeText = "JsonValue";

/** The type of a flag whose bundle does not say more. */
const NO_SCHEMA: TypeText = "JsonObject";

const SCALARS: Readonly<Record<ScalarKind, TypeText>> = {
  [ScalarKind.UNSPECIFIED]: ANYTHING,
  [ScalarKind.INT]: "number",
  [ScalarKind.DOUBLE]: "number",
  [ScalarKind.STRING]: "string",
  [ScalarKind.BOOL]: "boolean",
};

/**
 * Types by key. A flag whose values are no objects has one: its own.
 *
 * A field that one of the variants leaves out may be missing from the object that holds it; read by its own path, it is the caller's
 * default then, and has its type.
 *
 * @param variants - All that any bundle has of the flag.
 */
export function readsOf(
  key: string,
  { schema }: Pick<Flag, "schema">,
  variants: Flag["variants"],
): Map<string, TypeText> {
  const scalar = scalarTypeOf(schema);
  if (scalar !== undefined) return new Map([[key, typeOf(scalar, [])]]);
  const values = variants.flatMap(({ value }) => value ?? []);
  const reads = new Map<string, TypeText>([[key, schema === undefined ? NO_SCHEMA : structType(schema, values)]]);
  const enter = ({ fields }: StructType, path: string, above: readonly unknown[]): void => {
    for (const { name, schema: type } of fields) {
      const [inner, below] = [`${path}.${name}`, valuesIn(above, name)];
      reads.set(inner, typeOf(type, below));
      if (type?.kind.case === "struct") enter(type.kind.value, inner, below);
    }
  };
  if (schema !== undefined) enter(schema, key, values);
  return reads;
}

function typeOf(type: ValueType | undefined, values: readonly unknown[]): TypeText {
  switch (type?.kind.case) {
    case "struct":
      return structType(type.kind.value, values);
    case "list": {
      const element = typeOf(type.kind.value.element, values.flat());
      return `readonly ${element.includes(" ") && !element.endsWith("}") ? `(${element})` : element}[]`;
    }
    case "scalar":
      return SCALARS[type.kind.value] ?? ANYTHING;
    default:
      return ANYTHING;
  }
}

function structType({ fields }: StructType, values: readonly unknown[]): TypeText {
  if (fields.length === 0) return NO_SCHEMA;
  const texts = fields.map(({ name, schema }) => {
    const below = valuesIn(values, name);
    return `readonly ${propertyName(name)}${below.length < values.length ? "?" : ""}: ${typeOf(schema, below)}`;
  });
  return `{ ${texts.join("; ")} }`;
}

/** What the objects among some values hold in a field, where they have it. */
function valuesIn(values: readonly unknown[], name: string): unknown[] {
  return values.flatMap((value) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
    return [(value as Readonly<Record<string, unknown>>)[name]];
  });
}

/** A name as TypeScript writes it: quoted unless it is plain. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__" ? name : quotedName(name);
}

/** A name as a string literal that is safe in a source file. */
export function quotedName(name: string): string {
  return JSON.stringify(name).replace(
    /[\p{Cf}\p{Zl}\p{Zp}]/gu,
    (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`,
  );
}
