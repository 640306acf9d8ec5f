/** Holds the values of variants to the flag's type. @module */
import { type Fields, type FieldType, type FlagFile, variantsOf } from "../flag-file.js";
import type { Problem, ProblemText } from "../problem.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import { choiceOf } from "../suggestion.js";

/** Problems of a flag's variants: values that are not what its type or its fields say. */
export function checkValues(source: SourceFile, flag: FlagFile): Problem[] {
  const type: FieldType = flag.type === "object" ? { type: "object", fields: flag.fields ?? {} } : flag.type;
  return Object.entries(variantsOf(flag)).flatMap(([name, value]) =>
    checkValue(source, ["variants", name], value, type),
  );
}

function checkValue(source: SourceFile, path: Path, value: unknown, type: FieldType): Problem[] {
  if (typeof type === "object" && type.type === "list") {
    if (!Array.isArray(value)) return [mismatch(source, path, value, "a list")];
    return value.flatMap((element, index) => checkValue(source, [...path, index], element, type.of));
  }
  if (typeof type === "object") {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return [mismatch(source, path, value, "a mapping of fields")];
    return checkFields(source, path, value, type.fields);
  }
  return fits(value, type)
    ? checkNumber(source, path, value)
    : [mismatch(source, path, value, SCALARS[type].expected, type)];
}

/** Fields may be left out (callers then get their default), but not invented. */
function checkFields(source: SourceFile, path: Path, value: object, fields: Fields): Problem[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const type = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (type !== undefined) return checkValue(source, [...path, name], inner, type);
    const text = {
      message: `the flag has no field "${name}"`,
      expected: choiceOf(Object.keys(fields), name),
      example: `fields:\n  ${name}: ${typeof inner === "object" ? "string" : typeof inner}`,
    };
    return [problemAt(source, [...path, name], "key", text)];
  });
}

/** Numbers that JSON or a double cannot hold. */
function checkNumber(source: SourceFile, path: Path, value: unknown): Problem[] {
  if (typeof value !== "number") return [];
  if (!Number.isFinite(value)) {
    return [
      problemAt(source, path, "value", {
        message: `${value} is not a number that JSON has`,
        expected: "a finite number",
        example: "1.5",
      }),
    ];
  }
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    const expected = "a whole number between -9007199254740991 and 9007199254740991, or a text";
    return [
      problemAt(source, path, "value", {
        message: "this number is too large to be kept exactly",
        expected,
        example: '"9007199254740993"',
      }),
    ];
  }
  return [];
}

type Scalar = Exclude<FieldType, object>;

const SCALARS: Readonly<Record<Scalar, { readonly expected: string; readonly example: string }>> = {
  boolean: { expected: "true or false", example: "true" },
  string: { expected: "a text; in quotes if it looks like a number or like true", example: '"10"' },
  number: { expected: "a number", example: "0.5" },
  integer: { expected: "a whole number", example: "10" },
};

function fits(value: unknown, type: Scalar): boolean {
  if (type === "integer") return typeof value === "number" && (Number.isInteger(value) || !Number.isFinite(value));
  return typeof value === type;
}

function mismatch(source: SourceFile, path: Path, value: unknown, expected: string, type?: Scalar): Problem {
  const text: ProblemText = {
    message: `the variant "${path[1]}" has ${described(value)}${path.length > 2 ? ` in "${path.slice(2).join(".")}"` : ""}, but ${type ?? expected} is its type`,
    expected,
    example: type === undefined ? "" : SCALARS[type].example,
  };
  return problemAt(source, path, "value", text);
}

function described(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string"
    ? `the text ${JSON.stringify(value.slice(0, 60))}`
    : `the ${typeof value} ${String(value)}`;
}
