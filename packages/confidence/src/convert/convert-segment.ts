/** Turns a segment of a state, and the units drawn for it, into one of a bundle. @module */
import {
  type Allocation,
  type Criterion,
  CriterionSchema,
  type Expression,
  ExpressionSchema,
  type Segment,
  SegmentSchema,
  type Targeting,
  TargetingSchema,
} from "@aplomb/proto/bundle";
import { create } from "@bufbuild/protobuf";
import type * as source from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { entryIdOf } from "../entry-id.js";
import { referredCriteria } from "../referred-criteria.js";
import { convertAttribute } from "./convert-attribute.js";

/** The names of materialized segments that have a bloom filter. */
interface Filtered {
  has(materializedSegment: string): boolean;
}

/**
 * The segment.
 *
 * @param allocation - Absent: everybody is drawn.
 * @param filtered - Asked by id, the others by name.
 */
export function convertSegment(
  { targeting }: source.Segment,
  allocation: Allocation | undefined,
  filtered: Filtered,
): Segment {
  return create(SegmentSchema, {
    ...(targeting && { targeting: convertTargeting(targeting, filtered) }),
    ...(allocation && { allocation }),
  });
}

/** Ids become places. An id that no criterion has becomes the place after the last, where there is none either. */
function convertTargeting(targeting: source.Targeting, filtered: Filtered): Targeting {
  const criteria = referredCriteria(targeting);
  const places = new Map([...criteria.keys()].map((id, place) => [id, place]));
  const placeOf = (id: string): number => places.get(id) ?? places.size;
  return create(TargetingSchema, {
    criteria: [...criteria.values()].map((criterion) => convertCriterion(criterion, filtered)),
    ...(targeting.expression && { expression: convertExpression(targeting.expression, placeOf) }),
  });
}

function convertExpression({ kind }: source.Expression, placeOf: (id: string) => number): Expression {
  switch (kind.case) {
    case "ref":
      return create(ExpressionSchema, { kind: { case: "criterion", value: placeOf(kind.value) } });
    case "not":
      return create(ExpressionSchema, { kind: { case: "not", value: convertExpression(kind.value, placeOf) } });
    case "and":
    case "or": {
      const operands = kind.value.operands.map((operand) => convertExpression(operand, placeOf));
      return create(ExpressionSchema, { kind: { case: kind.case, value: { operands } } });
    }
    default:
      return create(ExpressionSchema);
  }
}

function convertCriterion({ kind }: source.Criterion, filtered: Filtered): Criterion {
  switch (kind.case) {
    case "attribute":
      return create(CriterionSchema, { kind: { case: "attribute", value: convertAttribute(kind.value) } });
    case "segment":
      return create(CriterionSchema, { kind: { case: "segment", value: entryIdOf(kind.value.segment) } });
    case "materializedSegment": {
      const { materializedSegment: name } = kind.value;
      const value = filtered.has(name) ? entryIdOf(name) : name;
      return create(CriterionSchema, { kind: { case: "materializedSegment", value } });
    }
    default:
      return create(CriterionSchema);
  }
}
