/** Turns a flag's value schema into a bundle's. @module */
import { ScalarKind, type StructType, StructTypeSchema, type ValueType, ValueTypeSchema } from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import type { StructSchema, ValueSchema } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";

const SCALARS = {
  int: ScalarKind.INT,
  double: ScalarKind.DOUBLE,
  string: ScalarKind.STRING,
  bool: ScalarKind.BOOL,
} as const;

/** The type of an object, its fields in the order of their names. */
export function structTypeOf({ fields }: StructSchema): StructType {
  const entries = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return create(StructTypeSchema, { fields: entries.map(([name, type]) => ({ name, schema: valueTypeOf(type) })) });
}

function valueTypeOf({ kind }: ValueSchema): ValueType {
  switch (kind.case) {
    case undefined:
      return create(ValueTypeSchema);
    case "struct":
      return create(ValueTypeSchema, { kind: { case: "struct", value: structTypeOf(kind.value) } });
    case "list": {
      const { element } = kind.value;
      return create(ValueTypeSchema, {
        kind: { case: "list", value: element === undefined ? {} : { element: valueTypeOf(element) } },
      });
    }
    default:
      return create(ValueTypeSchema, { kind: { case: "scalar", value: SCALARS[kind.case] } });
  }
}
