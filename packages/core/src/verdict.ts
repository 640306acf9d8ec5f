/** What a condition answers: false, true, unknown, or a signal that ends more than the condition. @module */

/** A condition's answer; anything above {@link UNKNOWN} is a signal that passes through not, and, or. */
export type Verdict = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export const FALSE = 0;
export const TRUE = 1;
/** A materialization has to be read first. */
export const UNKNOWN = 2;
/** The rule cannot be understood: the flag goes on with its next rule. */
export const ABANDONED = 3;
/** A materialization is needed, and none can be read here. */
export const UNSUPPORTED = 4;
/** The flag's result is an error; the run says which. */
export const FAILED = 5;
/** Segments refer to each other too deeply for the call stack; the run says which one to evaluate first. */
export const TOO_DEEP = 6;
