/** The workloads whose time for one operation is measured. @module */
import { booleanFlag, type LogicalFlag, mixedFlags, textFlag } from "./logical-flag.js";

/** The name of a set of flags. */
export type FlagSetName = "w1" | "w2" | "mix-100" | "mix-1000" | "mix-10000";

/** Sets of flags that are delivered. */
export const FLAG_SETS: Readonly<Record<FlagSetName, () => LogicalFlag[]>> = {
  w1: () => [booleanFlag("flag-0")],
  w2: () => [textFlag("flag-0")],
  "mix-100": () => mixedFlags(100),
  "mix-1000": () => mixedFlags(1_000),
  "mix-10000": () => mixedFlags(10_000),
};

/** A workload. */
export interface Workload {
  readonly name: string;
  /** What one operation is. */
  readonly operation: string;
  readonly flagSet: FlagSetName;
  /** The flags that one operation reads, in order. */
  readonly reads: "first" | "all";
  /** Each operation makes its context first, as a service does for each request. */
  readonly freshContext?: boolean;
}

/** The workloads, in the order in which they are measured. */
export const WORKLOADS: readonly Workload[] = [
  { name: "W1", operation: "one boolean flag, one rule, a 50/50 split", flagSet: "w1", reads: "first" },
  { name: "W1 of 1,000", operation: "the same flag among 1,000", flagSet: "mix-1000", reads: "first" },
  { name: "W1 request", operation: "a new context, then W1", flagSet: "w1", reads: "first", freshContext: true },
  {
    name: "W2",
    operation: "one text flag, ten rules of three conditions, a 4-way split",
    flagSet: "w2",
    reads: "first",
  },
  { name: "W3", operation: "all of 100 flags on one context", flagSet: "mix-100", reads: "all" },
];
