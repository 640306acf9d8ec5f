/** Turns a flag of a state into one of a bundle. @module */
import {
  type Assignment,
  AssignmentSchema,
  type Flag,
  FlagSchema,
  FlagState,
  type Materialization,
  MaterializationSchema,
  type Rule,
  RuleSchema,
  VariantSchema,
} from "@aplomb/proto/bundle";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type * as source from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { entryIdOf } from "../entry-id.js";
import { structTypeOf } from "./convert-schema.js";
import { inKeyOrder } from "./key-order.js";
import { ruleSaltOf } from "./salts.js";

/** The flag, with all names as they are. Its rules must have been narrowed to those that can apply. */
export function convertFlag({ schema, variants, rules }: source.Flag): Flag {
  return create(FlagSchema, {
    ...(schema && { schema: structTypeOf(schema) }),
    variants: variants.map(({ name, value }) =>
      create(VariantSchema, { name, ...(value && { value: inKeyOrder(value) }) }),
    ),
    rules: rules.map(convertRule),
    state: FlagState.ACTIVE,
  });
}

function convertRule({ name, segment, unitSelector, enabled, split, materialization }: source.Rule): Rule {
  const salt = ruleSaltOf(segment);
  return create(RuleSchema, {
    name,
    segment: entryIdOf(segment),
    unitSelector,
    enabled,
    ...(salt !== undefined && { salt }),
    ...(split && { split: { bucketCount: split.bucketCount, assignments: split.assignments.map(convertAssignment) } }),
    ...(materialization && { materialization: convertMaterialization(materialization) }),
  });
}

function convertAssignment({ id, outcome, ranges }: source.Assignment): Assignment {
  return create(AssignmentSchema, {
    id,
    outcome: convertOutcome(outcome),
    ranges: ranges.map(({ lower, upper }) => ({ lower, upper })),
  });
}

function convertOutcome(
  outcome: source.Assignment["outcome"],
): NonNullable<MessageInitShape<typeof AssignmentSchema>["outcome"]> {
  switch (outcome.case) {
    case "variant":
      return { case: "variant", value: outcome.value.variant };
    case "fallthrough":
      return { case: "fallthrough", value: {} };
    case "clientDefault":
      return { case: "clientDefault", value: {} };
    default:
      return { case: undefined };
  }
}

function convertMaterialization({ write, read, mode }: source.Materialization): Materialization {
  const { mustMatch = false, targetingCanBeIgnored = false } = mode ?? {};
  return create(MaterializationSchema, { write, read, mustMatch, targetingCanBeIgnored });
}
