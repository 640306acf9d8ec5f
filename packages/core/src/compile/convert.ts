/** Converts attributes to the type that a literal asks for. @module */
import { type Operand, type OperandKind, versionOf } from "../operand.js";
import { wellFormed } from "../utf8.js";
import { momentOfNumber, momentOfText } from "./moment.js";
import { numberOfText, numberText } from "./number-text.js";

/**
 * Converts one attribute; lists element by element.
 *
 * @returns Undefined when the attribute cannot stand in the comparison at all: an error of the flag.
 */
export type Convert = (value: unknown) => Operand | undefined;

/** What absent, null and inconvertible attributes become: the text, not the value. */
const NULL_TEXT = "null";

/** The conversion for literals of a kind. */
export function convertTo(kind: OperandKind): Convert {
  return convertBy(SCALARS[kind]);
}

/** The conversion for text tests: texts stay, everything else has no value. */
export const convertText: Convert = convertBy((value) => (typeof value === "string" ? value : null));

function convertBy(scalar: Convert): Convert {
  const convert: Convert = (value) => {
    if (typeof value !== "object" || value === null) return scalar(value);
    if (Array.isArray(value)) return convertList(value, convert);
    if (value instanceof Date) return scalar(Number.isNaN(value.getTime()) ? undefined : value.toISOString());
    return scalar(undefined);
  };
  return convert;
}

function convertList(list: readonly unknown[], convert: Convert): Operand | undefined {
  const converted: Operand[] = [];
  for (const element of list) {
    const operand = convert(element);
    if (operand === undefined) return undefined;
    converted.push(operand);
  }
  return converted;
}

const SCALARS: Readonly<Record<OperandKind, Convert>> = {
  boolean: (value) => {
    if (typeof value === "boolean") return value;
    return typeof value === "string" ? value === "true" || value === "TRUE" : NULL_TEXT;
  },
  number: (value) => {
    if (typeof value === "number") return value;
    return typeof value === "string" ? numberOfText(value) : NULL_TEXT;
  },
  string: (value) => {
    if (typeof value === "string") return value;
    return typeof value === "number" ? numberText(value) : NULL_TEXT;
  },
  moment: (value) => {
    if (typeof value === "number") return momentOfNumber(value) ?? NULL_TEXT;
    return (typeof value === "string" ? momentOfText(value) : undefined) ?? NULL_TEXT;
  },
  version: (value) => (typeof value === "string" ? versionOf(wellFormed(value)) : NULL_TEXT),
  list: () => NULL_TEXT,
  none: () => NULL_TEXT,
};
