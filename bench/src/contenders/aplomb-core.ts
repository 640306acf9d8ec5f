/** Aplomb's evaluator alone: values, and values with all that is known of them. @module */
import { type EvaluationContext, evaluate, evaluateValue, type FlagSet, openBundle } from "@aplomb/core";
import { aplombFiles } from "../aplomb-bundle.js";
import type { Contender, Delivery } from "../contender.js";
import type { BenchContext } from "../contexts.js";
import { NO_TEXT } from "../logical-flag.js";

const contextOf = (context: BenchContext): EvaluationContext => ({ ...context });
const open = (delivery: Delivery): FlagSet => openBundle(delivery.read("bundle"));

/** The value alone. */
export const aplombValue: Contender = {
  deliver: aplombFiles,
  open(delivery) {
    const flagSet = open(delivery);
    return {
      contextOf,
      isOn: (key, context: EvaluationContext) => evaluateValue(flagSet, key, false, context),
      textOf: (key, context: EvaluationContext) => evaluateValue(flagSet, key, NO_TEXT, context),
    };
  },
};

/** The value with reason, variant, rule, bucket. */
export const aplombDetails: Contender = {
  deliver: aplombFiles,
  open(delivery) {
    const flagSet = open(delivery);
    return {
      contextOf,
      isOn: (key, context: EvaluationContext) => evaluate(flagSet, key, false, context).value,
      textOf: (key, context: EvaluationContext) => evaluate(flagSet, key, NO_TEXT, context).value,
    };
  },
};
