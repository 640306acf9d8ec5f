/** Messages nested in messages, to any depth, in each way that the contract allows: bytes of flags and segments. @module */

/** A way to nest: the fields that lead to where it begins, and those that come back to where they were. */
export interface Nesting {
  readonly name: string;
  readonly of: "flag" | "segment";
  /** Bytes of an entry so many messages deep; the innermost is empty. */
  bytes(depth: number): Uint8Array<ArrayBuffer>;
}

const WAYS: readonly (Pick<Nesting, "name" | "of"> & {
  readonly start: readonly number[];
  readonly cycle: readonly number[];
})[] = [
  // Segment.targeting, Targeting.expression; Expression.not, or Expression.and and Operands.operands.
  { name: "not", of: "segment", start: [1, 2], cycle: [2] },
  { name: "and", of: "segment", start: [1, 2], cycle: [3, 1] },
  { name: "or", of: "segment", start: [1, 2], cycle: [4, 1] },
  // Targeting.criteria, Criterion.attribute, AttributeCriterion.eq, EqualsRule.value; Value.list, ValueList.values.
  { name: "literals in lists", of: "segment", start: [1, 1, 1, 2, 1], cycle: [6, 1] },
  // Flag.variants, Variant.value; Struct.fields, its value, Value.struct_value or list_value.
  { name: "JSON objects", of: "flag", start: [2, 2], cycle: [1, 2, 5] },
  { name: "JSON lists", of: "flag", start: [2, 2, 1, 2], cycle: [6, 1] },
  // Flag.schema; StructType.fields, StructField.schema, ValueType.struct; or ValueType.list, ListType.element.
  { name: "schemas of objects", of: "flag", start: [1], cycle: [1, 2, 1] },
  { name: "schemas of lists", of: "flag", start: [1, 1, 2], cycle: [2, 1] },
];

/** Every way. */
export const NESTINGS: readonly Nesting[] = WAYS.map(({ name, of, start, cycle }) => ({
  ...{ name, of },
  bytes: (depth) =>
    wrapped(
      Array.from({ length: depth }, (_, at) => start[at] ?? (cycle[(at - start.length) % cycle.length] as number)),
    ),
}));

/** An empty message in fields of these numbers, outermost first. */
function wrapped(fields: readonly number[]): Uint8Array<ArrayBuffer> {
  // From the end, so that nothing is copied again and again.
  const reversed: number[] = [];
  for (const field of [...fields].reverse()) {
    const length = lengthOf(reversed.length);
    reversed.push(...length.reverse(), field * 8 + 2);
  }
  return Uint8Array.from(reversed.reverse());
}

function lengthOf(length: number): number[] {
  return length < 128 ? [length] : [(length & 127) | 128, ...lengthOf(length >> 7)];
}
