/** The tables of a flag entry's messages. @module */
import type {
  Assignment,
  BucketRange,
  Flag,
  ListType,
  Materialization,
  Rule,
  Split,
  StructField,
  StructType,
  ValueType,
  Variant,
} from "@aplomb/proto/bundle";
import type * as flag from "../flag.js";
import { BOOL, ENUM_3, ENUM_4, INT32, type Message, message, NAME, STRUCT, TEXT } from "../wire/message.js";

const EMPTY: Message<object> = { fields: {} };

const STRUCT_FIELD: Message<object> = message<StructField>({ name: [1, NAME], schema: [2, () => VALUE_TYPE] });
const STRUCT_TYPE: Message<flag.StructType> = message<StructType>({ fields: [1, STRUCT_FIELD, "[]"] });
const LIST_TYPE: Message<object> = message<ListType>({ element: [1, () => VALUE_TYPE] });
const VALUE_TYPE: Message<object> = message<ValueType>({
  struct: [1, STRUCT_TYPE, "kind"],
  list: [2, LIST_TYPE, "kind"],
  scalar: [3, ENUM_4, "kind"],
});

const RANGE: Message<object> = message<BucketRange>({ lower: [1, INT32], upper: [2, INT32] });
const ASSIGNMENT: Message<object> = message<Assignment>({
  id: [1, TEXT],
  variant: [2, NAME, "outcome"],
  fallthrough: [3, EMPTY, "outcome"],
  clientDefault: [4, EMPTY, "outcome"],
  ranges: [5, RANGE, "[]"],
});
const MATERIALIZATION: Message<object> = message<Materialization>({
  write: [1, TEXT],
  read: [2, TEXT],
  mustMatch: [3, BOOL],
  targetingCanBeIgnored: [4, BOOL],
});
const RULE: Message<object> = message<Rule>({
  name: [1, TEXT],
  segment: [2, TEXT],
  unitSelector: [3, NAME],
  enabled: [4, BOOL],
  salt: [5, TEXT, "?"],
  split: [6, message<Split>({ bucketCount: [1, INT32], assignments: [2, ASSIGNMENT, "[]"] })],
  materialization: [7, MATERIALIZATION],
  description: [8, TEXT],
});

/** The table of a flag. */
export const FLAG: Message<flag.Flag> = message<Omit<Flag, "variants"> & { variants: flag.Variant[] }>({
  schema: [1, STRUCT_TYPE],
  variants: [2, message<Variant>({ name: [1, NAME], value: [2, STRUCT] }), "[]"],
  rules: [3, RULE, "[]"],
  state: [4, ENUM_3],
  description: [5, TEXT],
  owner: [6, TEXT],
  expiresOn: [7, TEXT],
});
