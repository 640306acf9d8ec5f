/** Messages as tables: which field has which number and kind. The compiler holds them to the contract. @module */
import type { Value as LiteralMessage } from "@aplomb/proto/bundle";
import type { Operand } from "../operand.js";

/** What a field holds. */
export const TEXT = 0;
export const BLOB = 1;
/** Unsigned, up to 2^53-1. */
export const UINT = 2;
export const INT32 = 3;
export const INT64 = 4;
export const BOOL = 5;
export const DOUBLE = 6;
/** A list of unsigned numbers, packed or not. */
export const UINTS = 7;
/** google.protobuf.Struct, as JSON. */
export const STRUCT = 8;
/** A literal of a targeting rule, as the operand it stands for. Only read. */
export const LITERAL = 9;

/** A text that many messages have. */
export const NAME = 10;

/** An enum whose highest value is 3. Only read. */
export const ENUM_3 = 11;
/** An enum whose highest value is 4. Only read. */
export const ENUM_4 = 12;

/** The kind of a field that is not read as a message. */
export type ScalarKind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

/** A field's number and kind, and how it occurs: once, "?" for maybe absent, "[]" for a list, or the name of its oneof. */
export type FieldEntry = readonly [
  number: number,
  kind: ScalarKind | Message<object> | (() => Message<object>),
  mode?: string,
];

/** A message, described by its fields. */
export interface Message<T extends object> {
  readonly fields: Readonly<Record<string, FieldEntry>>;
  /** Ties the table to what it reads; never there at run time. */
  readonly reads?: T;
}

interface Oneof {
  readonly case: string | undefined;
}

/**
 * A generated message as plain data: without its names for itself, with numbers for 64-bit integers and with operands for
 * literals.
 */
export type Plain<T> = T extends bigint
  ? number
  : T extends Uint8Array
    ? Uint8Array
    : T extends readonly (infer U)[]
      ? readonly Plain<U>[]
      : T extends LiteralMessage
        ? Operand
        : T extends object
          ? { readonly [K in keyof T as K extends `$${string}` ? never : K]: Plain<T[K]> }
          : T;

/** The names of a message's fields; those of a oneof are its cases. */
type FieldNames<T> = {
  [K in keyof T & string]: K extends `$${string}`
    ? never
    : NonNullable<T[K]> extends Oneof
      ? NonNullable<T[K]>["case"] & string
      : K;
}[keyof T & string];

/** Describes a message of the contract; the compiler asks for every field of it and for no other. */
export function message<T extends object>(fields: Record<FieldNames<T>, FieldEntry>): Message<Plain<T> & object> {
  return { fields };
}
