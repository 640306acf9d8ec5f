/** Counts what a protobuf message would decode to, before anything is allocated for it. @module */
import type { DescMessage } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** What may be in a message. */
export interface FieldLimits {
  /** Fields at all levels. Each costs memory when decoded, however few bytes it has: an empty message takes two. */
  readonly maxFields: number;
  /** Messages inside messages. */
  readonly maxDepth: number;
}

/** The fields of a message that hold messages, by number, and what those hold in turn. */
type Shape = ReadonlyMap<number, () => Shape>;

/**
 * A counter for one kind of message; made once, since it looks the kind up in its descriptor.
 *
 * The counter answers the number of fields at all levels of a serialised message. It throws a RangeError beyond a limit, and an
 * Error when the bytes are no protobuf message.
 */
export function createFieldCounter(schema: DescMessage, limits: FieldLimits): (bytes: Uint8Array) => number {
  const root = shapeOf(schema, new Map());
  return (bytes) => {
    const reader = new BinaryReader(bytes);
    let count = 0;

    const walk = (shape: Shape, end: number, depth: number): void => {
      if (depth > limits.maxDepth) throw new RangeError(`messages are nested more than ${limits.maxDepth} deep`);
      while (reader.pos < end) {
        const [number, wireType] = reader.tag();
        if (++count > limits.maxFields) throw new RangeError(`there are more than ${limits.maxFields} fields`);
        const inner = wireType === WireType.LengthDelimited ? shape.get(number) : undefined;
        if (inner === undefined) {
          reader.skip(wireType, number);
          continue;
        }
        const sizeBytes = reader.uint32();
        if (reader.pos + sizeBytes > end) throw new Error("a message is longer than what holds it");
        walk(inner(), reader.pos + sizeBytes, depth + 1);
      }
      if (reader.pos > end) throw new Error("a field is longer than what holds it");
    };

    walk(root, bytes.length, 1);
    return count;
  };
}

/** The shape of a kind of message. On the wire a map is a list of entries: field 2 of each is the value. */
function shapeOf(message: DescMessage, known: Map<DescMessage, Shape>): Shape {
  const found = known.get(message);
  if (found) return found;
  const shape = new Map<number, () => Shape>();
  known.set(message, shape);
  for (const field of message.fields) {
    if (field.message === undefined) continue;
    const inner = shapeOf(field.message, known);
    const entry: Shape = new Map([[2, () => inner]]);
    shape.set(field.number, () => (field.fieldKind === "map" ? entry : inner));
  }
  return shape;
}
