/** Kills processes and counts what they had promised: the parent's side. The child's is in `@aplomb/testkit/ledger`. @module */
export { buildChildProgram, type ChildProgram, type ChildProgramOptions } from "./child-program.js";
export { compareLedgers, describeComparison, type LedgerComparison, type Miscount } from "./compare-ledgers.js";
export { type DrawnMs, type KillPlan, type KillRun, killRepeatedly } from "./kill-repeatedly.js";
export { type Life, type LifeEnd, type LifeOptions, startLife } from "./life.js";
