/** Reads google.protobuf.Struct as JSON. @module */
import type { JsonObject, JsonValue } from "../value.js";
import { BYTES, FIXED64, nested, unknownField, VARINT, type WireReader } from "./wire-reader.js";

/** Reads an object. A key is always an own property, `__proto__` and `constructor` too. */
export function readStruct(reader: WireReader): JsonObject {
  const object: Record<string, JsonValue> = {};
  while (reader.next()) {
    if (reader.field !== 1 || reader.type !== BYTES) throw unknownField(reader);
    const { key, value } = nested(reader, readEntry);
    // Of what every object inherits, assigning would set something else, or fail where prototypes are frozen.
    if (key in object)
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    else object[key] = value;
  }
  return object;
}

function readEntry(reader: WireReader): { key: string; value: JsonValue } {
  let key = "";
  let value: JsonValue = null;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === BYTES) key = reader.name();
    else if (reader.field === 2 && reader.type === BYTES) value = nested(reader, readValue);
    else throw unknownField(reader);
  }
  return { key, value };
}

function readValue(reader: WireReader): JsonValue {
  let value: JsonValue = null;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 8 + VARINT) {
      reader.int64();
      value = null;
    } else if (tag === 16 + FIXED64) value = reader.double();
    else if (tag === 24 + BYTES) value = reader.name();
    else if (tag === 32 + VARINT) value = reader.bool();
    else if (tag === 40 + BYTES) value = nested(reader, readStruct);
    else if (tag === 48 + BYTES) value = nested(reader, readList);
    else throw unknownField(reader);
  }
  return value;
}

function readList(reader: WireReader): JsonValue[] {
  const list: JsonValue[] = [];
  while (reader.next()) {
    if (reader.field !== 1 || reader.type !== BYTES) throw unknownField(reader);
    list.push(nested(reader, readValue));
  }
  return list;
}
