/** Who a segment is, in words, read from a bundle: the same sentences that explanations have, without answers. @module */
import type { JsonValue } from "@aplomb/core";
import {
  type AttributeCriterion,
  type Bundle,
  type Criterion,
  type Expression,
  type Segment,
  SegmentSchema,
  type Targeting,
  type Value,
} from "@aplomb/proto/bundle";
import { fromBinary } from "@bufbuild/protobuf";
import type { AnswerTree } from "./answer-tree.js";
import { type ConditionRule, conditionWords } from "./condition-words.js";
import { allocationTree, combinationWords, criterionWords } from "./segment-words.js";
import { cutText } from "./value-words.js";

const bounded = { readUnknownFields: false, recursionLimit: 128 } as const;
/** Lines of one description; what is more is left out, and said to be. */
const maxLines = 60;

/** Describes segments by id, each once however many rules share it; undefined where everybody belongs. */
export function createTargetingReader({ segments }: Bundle): (id: string) => AnswerTree | undefined {
  const entries = new Map(segments.map(({ id, segment }) => [id, segment]));
  const described = new Map<string, AnswerTree | undefined>();
  return (id) => {
    if (!described.has(id)) described.set(id, describeEntry(entries.get(id)));
    return described.get(id);
  };
}

function describeEntry(bytes: Uint8Array | undefined): AnswerTree | undefined {
  if (bytes === undefined) return { text: "the bundle has no such segment: nobody" };
  let segment: Segment;
  try {
    segment = fromBinary(SegmentSchema, bytes, bounded);
  } catch {
    return { text: "the segment cannot be read: every flag that reaches it is an error" };
  }
  return segmentTree(segment);
}

function segmentTree({ targeting, allocation }: Segment): AnswerTree | undefined {
  const room = { lines: maxLines };
  const condition = targeting?.expression && expressionTree(targeting, targeting.expression, room);
  const drawn = allocation && allocationTree(allocation.salt);
  if (condition && drawn) return { text: combinationWords.and, children: [condition, drawn] };
  return condition ?? drawn;
}

function expressionTree(targeting: Targeting, { kind }: Expression, room: { lines: number }): AnswerTree {
  room.lines -= 1;
  switch (kind.case) {
    case "criterion": {
      const criterion = targeting.criteria[kind.value];
      return { text: criterion === undefined ? criterionWords.nothing : cutText(wordsOf(criterion)) };
    }
    case "not":
      return { text: combinationWords.not, children: [expressionTree(targeting, kind.value, room)] };
    case "and":
    case "or": {
      const children: AnswerTree[] = [];
      for (const operand of kind.value.operands) {
        if (room.lines <= 0) break;
        children.push(expressionTree(targeting, operand, room));
      }
      const more = kind.value.operands.length - children.length;
      if (more > 0) children.push({ text: `… ${more} more` });
      return { text: combinationWords[kind.case], children };
    }
    default:
      return { text: criterionWords.nothing };
  }
}

function wordsOf({ kind }: Criterion): string {
  switch (kind.case) {
    case "attribute":
      return conditionWords(kind.value.path, ruleOf(kind.value));
    case "segment":
      return criterionWords.segment(kind.value);
    case "materializedSegment":
      return criterionWords.materialization(kind.value);
    case "prerequisite":
      return criterionWords.prerequisite(kind.value.flag, kind.value.variants);
    default:
      return criterionWords.nothing;
  }
}

/** A rule with its literals as plain values, as core's explanations have them. */
function ruleOf({ rule }: Pick<AttributeCriterion, "rule">): ConditionRule {
  switch (rule.case) {
    case "eq":
      return { case: "eq", value: rule.value.value === undefined ? {} : { value: literalOf(rule.value.value) } };
    case "set":
      return { case: "set", value: { values: rule.value.values.map(literalOf) } };
    case "range": {
      const { start, end } = rule.value;
      return {
        case: "range",
        value: {
          ...(start.case && { start: { case: start.case, value: literalOf(start.value) } }),
          ...(end.case && { end: { case: end.case, value: literalOf(end.value) } }),
        },
      };
    }
    case "any":
    case "all": {
      const inner = rule.value.rule;
      return { case: rule.case, value: inner ? { rule: { rule: ruleOf(inner) } } : {} };
    }
    case undefined:
      return {};
    default:
      return rule;
  }
}

function literalOf({ kind }: Value): JsonValue {
  switch (kind.case) {
    case undefined:
      return null;
    case "version":
      return { kind: "version", text: kind.value };
    case "timestamp":
      return { kind: "moment", seconds: Number(kind.value.seconds), nanos: kind.value.nanos };
    case "list":
      return kind.value.values.map(literalOf);
    default:
      return kind.value;
  }
}
