/** Reads a message by its table. @module */
import { FlagError } from "../errors.js";
import {
  BLOB,
  BOOL,
  DOUBLE,
  ENUM_3,
  ENUM_4,
  type FieldEntry,
  INT32,
  INT64,
  LITERAL,
  type Message,
  NAME,
  STRUCT,
  TEXT,
  UINT,
  UINTS,
} from "./message.js";
import { readLiteral } from "./read-literal.js";
import { readStruct } from "./read-struct.js";
import { BYTES, FIXED64, nested, VARINT, type WireReader } from "./wire-reader.js";

/** A table in the form it is read by: fields by tag, and what a message without any looks like. */
interface Index {
  readonly byTag: (IndexedField | undefined)[];
  readonly empty: Readonly<Record<string, unknown>>;
}

interface IndexedField {
  readonly name: string;
  readonly kind: FieldEntry[1];
  readonly mode: string | undefined;
}

const indexes = new WeakMap<object, Index>();

/** How a field this reader does not know is taken: passed over, or as a sign of a newer schema. */
export type Unknown = "skip" | "refuse";

/**
 * Reads a message: like the generated code, but without 64-bit integers and without anything it does not know.
 *
 * A repeated singular field takes its last value.
 *
 * @throws FlagError READER for an unknown field that is to be refused; MALFORMED and LIMIT for the bytes.
 */
export function readMessage<T extends object>(reader: WireReader, message: Message<T>, unknown: Unknown): T {
  const { byTag, empty } = indexOf(message);
  const read: Record<string, unknown> = { ...empty };
  while (reader.next()) {
    const field = byTag[reader.field * 8 + reader.type];
    if (field === undefined) {
      if (unknown === "refuse")
        throw new FlagError("READER", `field ${reader.field} (wire type ${reader.type}) is unknown`);
      reader.skip();
      continue;
    }
    const { name, kind, mode } = field;
    if (kind === UINTS) reader.uint32s(listIn(read, name, empty) as number[]);
    else if (mode === "[]") listIn(read, name, empty).push(readKind(reader, kind, unknown));
    else if (mode === undefined || mode === "?") read[name] = readKind(reader, kind, unknown);
    else read[mode] = { case: name, value: readKind(reader, kind, unknown) };
  }
  return read as T;
}

/** The list being read: its own from the first element on. */
function listIn(read: Record<string, unknown>, name: string, empty: Index["empty"]): unknown[] {
  if (read[name] === empty[name]) read[name] = [];
  return read[name] as unknown[];
}

function readKind(reader: WireReader, kind: FieldEntry[1], unknown: Unknown): unknown {
  switch (kind) {
    case TEXT:
      return reader.text();
    case NAME:
      return reader.name();
    case BLOB:
      return reader.bytes();
    case UINT:
      return reader.uint53();
    case INT32:
      return reader.int32();
    case INT64:
      return reader.int64();
    case BOOL:
      return reader.bool();
    case DOUBLE:
      return reader.double();
    case ENUM_3:
      return readEnum(reader, 3);
    case ENUM_4:
      return readEnum(reader, 4);
    case STRUCT:
      return nested(reader, readStruct);
    case LITERAL:
      return nested(reader, readLiteral);
    default:
      return readNested(reader, messageOf(kind), unknown);
  }
}

/** A value that this reader does not know is a sign of a newer schema, like a field. */
function readEnum(reader: WireReader, highest: number): number {
  const value = reader.uint53();
  if (value > highest) throw new FlagError("READER", `value ${value} of field ${reader.field} is unknown`);
  return value;
}

function readNested(reader: WireReader, message: Message<object>, unknown: Unknown): unknown {
  const outerEnd = reader.enter();
  const read = readMessage(reader, message, unknown);
  reader.leave(outerEnd);
  return read;
}

function messageOf(kind: FieldEntry[1]): Message<object> {
  if (typeof kind === "function") return kind();
  if (typeof kind === "object") return kind;
  throw new TypeError("a scalar kind is no message");
}

/** The table's index, made when it is first read. */
function indexOf(message: Message<object>): Index {
  const known = indexes.get(message);
  if (known !== undefined) return known;
  const byTag: (IndexedField | undefined)[] = [];
  const empty: Record<string, unknown> = {};
  for (const [name, [number, kind, mode]] of Object.entries(message.fields)) {
    const field = { name, kind, mode };
    byTag[number * 8 + wireTypeOf(kind)] = field;
    if (kind === UINTS) byTag[number * 8 + VARINT] = field;
    if (kind === UINTS || mode === "[]") empty[name] = [];
    else if (mode === undefined) empty[name] = emptyOf(kind);
    else if (mode === "?") empty[name] = undefined;
    else empty[mode] = { case: undefined };
  }
  const index = { byTag, empty };
  indexes.set(message, index);
  return index;
}

function wireTypeOf(kind: FieldEntry[1]): number {
  if (kind === DOUBLE) return FIXED64;
  if (kind === ENUM_3 || kind === ENUM_4) return VARINT;
  return kind === UINT || kind === INT32 || kind === INT64 || kind === BOOL ? VARINT : BYTES;
}

function emptyOf(kind: FieldEntry[1]): unknown {
  if (kind === TEXT || kind === NAME) return "";
  if (kind === BLOB) return new Uint8Array();
  if (kind === BOOL) return false;
  if (kind === ENUM_3 || kind === ENUM_4) return 0;
  return kind === UINT || kind === INT32 || kind === INT64 || kind === DOUBLE ? 0 : undefined;
}
