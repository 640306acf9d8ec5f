/** Holds bytes to a message's layout as strictly as the source platform's resolver, which generated code does not. @module */
import { isUtf8 } from "node:buffer";
import { FlagError } from "@aplomb/core";
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";

/** Messages nested in the outermost one. */
export const MAX_NESTING = 100;

/** A message as far as its layout goes. */
interface Layout {
  readonly name: string;
  readonly fields: ReadonlyMap<number, FieldLayout>;
}

interface FieldLayout {
  readonly wireType: number;
  readonly isText: boolean;
  /** The layout of the message that the field holds. */
  readonly inner: (() => Layout) | undefined;
}

/** Where the check has got to. */
interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

/**
 * Checks that bytes are a message: tags, lengths, wire types of declared fields, UTF-8, nesting.
 *
 * Undeclared fields may hold anything; they only have to end where they say.
 *
 * @throws FlagError MALFORMED, with the place.
 */
export function checkWire(schema: DescMessage, bytes: Uint8Array): void {
  checkMessage({ bytes, at: 0 }, bytes.length, layoutOf(schema), 0);
}

function checkMessage(cursor: Cursor, end: number, layout: Layout, depth: number): void {
  if (depth > MAX_NESTING) throw malformed(cursor, `messages are nested more than ${MAX_NESTING} deep`);
  while (cursor.at < end) {
    const { number, wireType } = readTag(cursor, end);
    const field = layout.fields.get(number);
    if (field === undefined) {
      passOver(cursor, end, number, wireType, depth);
      continue;
    }
    if (wireType !== field.wireType) {
      const types = `wire type ${wireType} instead of ${field.wireType}`;
      throw malformed(cursor, `field ${number} of a ${layout.name} has ${types}`);
    }
    if (wireType !== WireType.LengthDelimited) skip(cursor, end, wireType);
    else checkDelimited(cursor, end, field, depth);
  }
}

/** Bytes, a text or a message. */
function checkDelimited(cursor: Cursor, end: number, { isText, inner }: FieldLayout, depth: number): void {
  const length = readVarint(cursor, end);
  const start = cursor.at;
  advance(cursor, end, length);
  if (isText && !isUtf8(cursor.bytes.subarray(start, cursor.at))) throw malformed(cursor, "a text is not UTF-8");
  if (inner === undefined) return;
  cursor.at = start;
  checkMessage(cursor, start + length, inner(), depth + 1);
}

/** An undeclared field, which counts as one more level, whatever it holds. */
function passOver(cursor: Cursor, end: number, number: number, wireType: number, depth: number): void {
  if (depth >= MAX_NESTING) throw malformed(cursor, `undeclared fields are nested more than ${MAX_NESTING} deep`);
  if (wireType !== WireType.StartGroup) {
    skip(cursor, end, wireType);
    return;
  }
  for (;;) {
    const inner = readTag(cursor, end);
    if (inner.wireType !== WireType.EndGroup) passOver(cursor, end, inner.number, inner.wireType, depth + 1);
    else if (inner.number === number) return;
    else throw malformed(cursor, "a group ends that is not the one that has begun");
  }
}

function skip(cursor: Cursor, end: number, wireType: number): void {
  if (wireType === WireType.Varint) readVarint(cursor, end);
  else if (wireType === WireType.Bit64) advance(cursor, end, 8);
  else if (wireType === WireType.Bit32) advance(cursor, end, 4);
  else if (wireType === WireType.LengthDelimited) advance(cursor, end, readVarint(cursor, end));
  else throw malformed(cursor, "a group ends that has not begun");
}

function readTag(cursor: Cursor, end: number): { number: number; wireType: number } {
  const start = cursor.at;
  const tag = readVarint(cursor, end);
  const number = Math.floor(tag / 8);
  const wireType = tag % 8;
  if (number === 0 || tag > 0xffffffff || cursor.at - start > 5) throw malformed(cursor, "a tag has no field number");
  if (wireType > WireType.Bit32) throw malformed(cursor, `wire type ${wireType} is unknown`);
  return { number, wireType };
}

/** A varint of at most 64 bits, in any of its lengths; rounded where JavaScript cannot hold it. */
function readVarint(cursor: Cursor, end: number): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    const byte = cursor.bytes[cursor.at] as number;
    advance(cursor, end, 1);
    if (i === 9 && byte > 1) break;
    value += (byte & 127) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
  throw malformed(cursor, "a number has more than 64 bits");
}

function advance(cursor: Cursor, end: number, length: number): void {
  if (length > end - cursor.at) throw malformed(cursor, "something ends before its length is over");
  cursor.at += length;
}

function malformed({ at }: Cursor, what: string): FlagError {
  return new FlagError("MALFORMED", `${what}, at byte ${at}`);
}

const layouts = new WeakMap<DescMessage, Layout>();

function layoutOf(schema: DescMessage): Layout {
  let layout = layouts.get(schema);
  if (layout === undefined) {
    layout = { name: schema.name, fields: new Map(schema.fields.map((field) => [field.number, fieldLayoutOf(field)])) };
    layouts.set(schema, layout);
  }
  return layout;
}

function fieldLayoutOf(field: DescField): FieldLayout {
  const { LengthDelimited, Varint, Bit64 } = WireType;
  if (field.fieldKind === "map") return { wireType: LengthDelimited, isText: false, inner: entryLayout(field) };
  if (field.message !== undefined) {
    const { message } = field;
    return { wireType: LengthDelimited, isText: false, inner: () => layoutOf(message) };
  }
  const isText = field.scalar === ScalarType.STRING;
  if (isText || field.scalar === ScalarType.BYTES) return { wireType: LengthDelimited, isText, inner: undefined };
  return { wireType: field.scalar === ScalarType.DOUBLE ? Bit64 : Varint, isText, inner: undefined };
}

/** A map is a list of entries: a text and a message. */
function entryLayout({ message, name }: DescField & { fieldKind: "map" }): () => Layout {
  const key = { wireType: WireType.LengthDelimited, isText: true, inner: undefined };
  const value = { wireType: WireType.LengthDelimited, isText: false, inner: message && (() => layoutOf(message)) };
  const layout = {
    name: `${name} entry`,
    fields: new Map<number, FieldLayout>([
      [1, key],
      [2, value],
    ]),
  };
  return () => layout;
}
