/** Writes a message by its table. @module */

import { utf8Of } from "../utf8.js";
import { isJsonObject, type JsonObject, type JsonValue } from "../value.js";
import { BLOB, BOOL, DOUBLE, type FieldEntry, type Message, STRUCT, TEXT } from "./message.js";
import { WireWriter } from "./wire-writer.js";

/** Writes a message as proto3 does: what is zero or empty is left out, unless the field may be absent. */
export function writeMessage<T extends object>(message: Message<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  for (const [name, [number, kind, mode]] of Object.entries(message.fields)) {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (mode === "[]") for (const element of field as readonly unknown[]) writeKind(writer, number, kind, element);
    else if (field !== undefined && (mode === "?" || !isEmpty(field))) writeKind(writer, number, kind, field);
  }
  return writer.finish();
}

function isEmpty(value: unknown): boolean {
  return value === 0 || value === "" || value === false || (value instanceof Uint8Array && value.length === 0);
}

function writeKind(writer: WireWriter, number: number, kind: FieldEntry[1], value: unknown): void {
  if (typeof kind === "object") writer.bytes(number, writeMessage(kind, value as object));
  else if (kind === TEXT) writer.bytes(number, utf8Of(value as string));
  else if (kind === BLOB) writer.bytes(number, value as Uint8Array);
  else if (kind === DOUBLE) writer.double(number, value as number);
  else if (kind === STRUCT) writer.bytes(number, structBytes(value as JsonObject));
  else writer.varint(number, kind === BOOL ? Number(value) : Math.trunc(value as number));
}

function structBytes(object: JsonObject): Uint8Array {
  const writer = new WireWriter();
  for (const key of Object.keys(object)) {
    const entry = new WireWriter().bytes(1, utf8Of(key)).bytes(2, valueBytes(object[key] ?? null));
    writer.bytes(1, entry.finish());
  }
  return writer.finish();
}

function valueBytes(json: JsonValue): Uint8Array {
  const writer = new WireWriter();
  if (json === null) writer.varint(1, 0);
  else if (typeof json === "number") writer.double(2, json);
  else if (typeof json === "string") writer.bytes(3, utf8Of(json));
  else if (typeof json === "boolean") writer.varint(4, json ? 1 : 0);
  else if (isJsonObject(json)) writer.bytes(5, structBytes(json));
  else writer.bytes(6, listBytes(json));
  return writer.finish();
}

function listBytes(list: readonly JsonValue[]): Uint8Array {
  const writer = new WireWriter();
  for (const element of list) writer.bytes(1, valueBytes(element));
  return writer.finish();
}
