/** Counts the wire records of an entry, as clients count them against their limit. @module */
import type { JsonValue } from "@aplomb/core";
import type { Message } from "@bufbuild/protobuf";

/** The fields of a message, of those inside it, and of values: one for each that is written. */
export function countRecords(message: Message): number {
  return Object.entries(message).reduce((sum, [name, value]) => sum + (isField(name) ? countField(value) : 0), 0);
}

function isField(name: string): boolean {
  return name !== "$typeName" && name !== "$unknown";
}

function countField(value: unknown): number {
  if (typeof value !== "object" || value === null) return value ? 1 : 0;
  if (value instanceof Uint8Array) return value.length > 0 ? 1 : 0;
  if (Array.isArray(value)) return countList(value);
  if ("case" in value) return countChoice(value as { readonly value?: unknown });
  return 1 + ("$typeName" in value ? countRecords(value as unknown as Message) : countStruct(value as Fields));
}

/** Numbers are packed into one record, and then counted one by one. */
function countList(values: readonly unknown[]): number {
  const [first] = values;
  if (first === undefined) return 0;
  if (typeof first !== "object") return values.length + (typeof first === "number" ? 1 : 0);
  return values.reduce<number>((sum, value) => sum + 1 + countRecords(value as Message), 0);
}

/** What is chosen is written even where it is nothing. */
function countChoice({ value }: { readonly value?: unknown }): number {
  return value === undefined ? 0 : Math.max(1, countField(value));
}

type Fields = Readonly<Record<string, JsonValue>>;

/** Each field is an entry with a name, and a value. */
function countStruct(fields: Fields): number {
  return Object.values(fields).reduce<number>((sum, value) => sum + 3 + countKind(value), 0);
}

/** The kind of a value, and what is in it. */
function countKind(value: JsonValue): number {
  if (typeof value !== "object" || value === null) return 1;
  if (!Array.isArray(value)) return 1 + countStruct(value as Fields);
  return 1 + (value as readonly JsonValue[]).reduce<number>((sum, element) => sum + 1 + countKind(element), 0);
}
