/** Reads a targeting literal as the operand that it stands for. @module */
import { type Moment, type Operand, versionOf } from "../operand.js";
import { BYTES, FIXED64, nested, unknownField, VARINT, type WireReader } from "./wire-reader.js";

/** Reads `aplomb.v1.Value`; one without a kind is null, which no attribute equals. */
export function readLiteral(reader: WireReader): Operand {
  let operand: Operand = null;
  while (reader.next()) {
    const tag = reader.field * 8 + reader.type;
    if (tag === 16 + BYTES) operand = reader.name();
    else if (tag === 40 + FIXED64) operand = reader.double();
    else if (tag === 32 + BYTES) operand = versionOf(reader.name());
    else if (tag === 24 + BYTES) operand = nested(reader, readMoment);
    else if (tag === 8 + VARINT) operand = reader.bool();
    else if (tag === 48 + BYTES) operand = nested(reader, readList);
    else throw unknownField(reader);
  }
  return operand;
}

function readMoment(reader: WireReader): Moment {
  let seconds = 0;
  let nanos = 0;
  while (reader.next()) {
    if (reader.field === 1 && reader.type === VARINT) seconds = reader.int64();
    else if (reader.field === 2 && reader.type === VARINT) nanos = reader.int32();
    else throw unknownField(reader);
  }
  return { kind: "moment", seconds, nanos };
}

function readList(reader: WireReader): Operand[] {
  const list: Operand[] = [];
  while (reader.next()) {
    if (reader.field !== 1 || reader.type !== BYTES) throw unknownField(reader);
    list.push(nested(reader, readLiteral));
  }
  return list;
}
