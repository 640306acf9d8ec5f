/** What a condition can come to. @module */

/**
 * Why an evaluation of a condition ends early: the rule is abandoned (`unrecognized`, §5.5), the flag ends as
 * MATERIALIZATION_NOT_SUPPORTED (`not supported`, §7.1), or as ERROR, for a context that cannot be used
 * (`invalid context`) or for an entry that cannot be read (`unreadable`, rulings 9).
 */
export type Signal = "unrecognized" | "not supported" | "invalid context" | "unreadable";

/** True, false, `unknown` until a read is supplied, or a signal that passes through every expression. */
export type Outcome = boolean | "unknown" | Signal;

/** Whether an outcome is a signal. */
export function isSignal(outcome: Outcome): outcome is Signal {
  return typeof outcome !== "boolean" && outcome !== "unknown";
}
