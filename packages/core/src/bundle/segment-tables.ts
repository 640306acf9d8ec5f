/** The tables of a segment entry's messages. @module */
import type {
  Allocation,
  AllocationRanges,
  AttributeCriterion,
  BloomFilter,
  Criterion,
  ElementRule,
  EqualsRule,
  Expression,
  HashedSetRule,
  InnerRule,
  Operands,
  PrerequisiteCriterion,
  RangeRule,
  Segment,
  SetRule,
  Targeting,
  Timestamp,
  Value,
  ValueList,
} from "@aplomb/proto/bundle";
import type * as segment from "../segment.js";
import { BLOB, BOOL, DOUBLE, INT32, INT64, type Message, message, TEXT, UINT, UINTS } from "../wire/message.js";

const VALUE: Message<object> = message<Value>({
  bool: [1, BOOL, "kind"],
  string: [2, TEXT, "kind"],
  timestamp: [3, message<Timestamp>({ seconds: [1, INT64], nanos: [2, INT32] }), "kind"],
  version: [4, TEXT, "kind"],
  number: [5, DOUBLE, "kind"],
  list: [6, () => VALUES, "kind"],
});
const VALUES: Message<object> = message<ValueList>({ values: [1, VALUE, "[]"] });

const EQUALS: Message<object> = message<EqualsRule>({ value: [1, VALUE] });
const SET: Message<object> = message<SetRule>({ values: [1, VALUE, "[]"] });
const RANGE: Message<object> = message<RangeRule>({
  startInclusive: [1, VALUE, "start"],
  startExclusive: [2, VALUE, "start"],
  endInclusive: [3, VALUE, "end"],
  endExclusive: [4, VALUE, "end"],
});
const HASHED_SET: Message<object> = message<HashedSetRule>({
  salt: [1, BLOB],
  prefixBytes: [2, UINT],
  prefixes: [3, BLOB],
  kind: [4, UINT],
});
const INNER_RULE: Message<object> = message<InnerRule>({
  eq: [1, EQUALS, "rule"],
  set: [2, SET, "rule"],
  range: [3, RANGE, "rule"],
  startsWith: [4, TEXT, "rule"],
  endsWith: [5, TEXT, "rule"],
  contains: [6, TEXT, "rule"],
  hashedSet: [7, HASHED_SET, "rule"],
});
const ELEMENT_RULE: Message<object> = message<ElementRule>({ rule: [1, INNER_RULE] });
const ATTRIBUTE: Message<object> = message<AttributeCriterion>({
  path: [1, TEXT],
  eq: [2, EQUALS, "rule"],
  set: [3, SET, "rule"],
  range: [4, RANGE, "rule"],
  any: [5, ELEMENT_RULE, "rule"],
  all: [6, ELEMENT_RULE, "rule"],
  startsWith: [7, TEXT, "rule"],
  endsWith: [8, TEXT, "rule"],
  contains: [9, TEXT, "rule"],
  hashedSet: [10, HASHED_SET, "rule"],
});
const CRITERION: Message<object> = message<Criterion>({
  attribute: [1, ATTRIBUTE, "kind"],
  segment: [2, TEXT, "kind"],
  materializedSegment: [3, TEXT, "kind"],
  prerequisite: [4, message<PrerequisiteCriterion>({ flag: [1, TEXT], variants: [2, TEXT, "[]"] }), "kind"],
});
const EXPRESSION: Message<object> = message<Expression>({
  criterion: [1, UINT, "kind"],
  not: [2, () => EXPRESSION, "kind"],
  and: [3, () => OPERANDS, "kind"],
  or: [4, () => OPERANDS, "kind"],
});
const OPERANDS: Message<object> = message<Operands>({ operands: [1, EXPRESSION, "[]"] });
const ALLOCATION: Message<object> = message<Allocation>({
  salt: [1, TEXT, "?"],
  storedBits: [2, UINT],
  ranges: [3, message<AllocationRanges>({ bounds: [1, UINTS] }), "form"],
  bits: [4, BLOB, "form"],
});

/** The table of a bloom filter. */
export const BLOOM_FILTER: Message<segment.BloomFilter> = message<BloomFilter>({
  data: [1, BLOB],
  hashFunctionCount: [2, INT32],
  bitCount: [3, INT64],
});

/** The table of a segment. */
export const SEGMENT: Message<segment.Segment> = message<Segment>({
  targeting: [1, message<Targeting>({ criteria: [1, CRITERION, "[]"], expression: [2, EXPRESSION] })],
  allocation: [2, ALLOCATION],
  description: [3, TEXT],
});
