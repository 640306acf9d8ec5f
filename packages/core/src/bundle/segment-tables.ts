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
} from "@aplomb/proto/bundle";
import type * as segment from "../segment.js";
import {
  BLOB,
  ENUM_3,
  INT32,
  INT64,
  LITERAL,
  type Message,
  message,
  NAME,
  TEXT,
  UINT,
  UINTS,
} from "../wire/message.js";

const EQUALS: Message<object> = message<EqualsRule>({ value: [1, LITERAL] });
const SET: Message<object> = message<SetRule>({ values: [1, LITERAL, "[]"] });
const RANGE: Message<object> = message<RangeRule>({
  startInclusive: [1, LITERAL, "start"],
  startExclusive: [2, LITERAL, "start"],
  endInclusive: [3, LITERAL, "end"],
  endExclusive: [4, LITERAL, "end"],
});
const HASHED_SET: Message<object> = message<HashedSetRule>({
  salt: [1, BLOB],
  prefixBytes: [2, UINT],
  prefixes: [3, BLOB],
  kind: [4, ENUM_3],
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
  path: [1, NAME],
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
