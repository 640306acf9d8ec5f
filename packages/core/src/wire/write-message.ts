/** Writes a message by its table. @module */
import { isJsonObject, type JsonObject, type JsonValue } from "../value.js";
import { BLOB, BOOL, DOUBLE, type FieldEntry, type Message, STRUCT, TEXT } from "./message.js";
import { WireWriter } from "./wire-writer.js";

/** Writes a message as proto3 does: what is zero or empty is left out, unless the field may be absent. */
export function writeMessage<T extends object>(message: Message<T>, value: T): Uint8Array<ArrayBuffer> {
  const writer = new WireWriter();
  writeFields(writer, message, value);
  return writer.finish();
}

function writeFields(writer: WireWriter, { fields }: Message<object>, value: object): void {
  for (const name in fields) {
    const [number, kind, mode] = fields[name] as FieldEntry;
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (mode === "[]") for (const element of field as readonly unknown[]) writeKind(writer, number, kind, element);
    else if (field !== undefined && (mode === "?" || !isEmpty(field))) writeKind(writer, number, kind, field);
  }
}

function isEmpty(value: unknown): boolean {
  return value === 0 || value === "" || value === false || (value instanceof Uint8Array && value.length === 0);
}

function writeKind(writer: WireWriter, number: number, kind: FieldEntry[1], value: unknown): void {
  if (typeof kind === "object") writer.message(number, () => writeFields(writer, kind, value as object));
  else if (kind === TEXT) writer.text(number, value as string);
  else if (kind === BLOB) writer.bytes(number, value as Uint8Array);
  else if (kind === DOUBLE) writer.double(number, value as number);
  else if (kind === STRUCT) writer.message(number, () => writeStruct(writer, value as JsonObject));
  else writer.varint(number, kind === BOOL ? Number(value) : Math.trunc(value as number));
}

function writeStruct(writer: WireWriter, object: JsonObject): void {
  for (const key of Object.keys(object)) {
    writer.message(1, () => {
      writer.text(1, key).message(2, () => writeValue(writer, object[key] ?? null));
    });
  }
}

function writeValue(writer: WireWriter, json: JsonValue): void {
  if (json === null) writer.varint(1, 0);
  else if (typeof json === "number") writer.double(2, json);
  else if (typeof json === "string") writer.text(3, json);
  else if (typeof json === "boolean") writer.varint(4, json ? 1 : 0);
  else if (isJsonObject(json)) writer.message(5, () => writeStruct(writer, json));
  else writer.message(6, () => writeList(writer, json));
}

function writeList(writer: WireWriter, list: readonly JsonValue[]): void {
  for (const element of list) writer.message(1, () => writeValue(writer, element));
}
