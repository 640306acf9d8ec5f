/** What one naive evaluation carries with it. @module */
import type { MaterializationRead, MaterializationRecord } from "@aplomb/core";
import type { PrerequisiteCriterion } from "@aplomb/proto/bundle";
import type { AttributeMap } from "./context.js";
import type { Outcome } from "./outcome.js";
import type { NaiveState } from "./state.js";

/** §7.1: undefined is unsupported; `deferred` collects reads; a list is the whole truth. */
export type Materializations = undefined | "deferred" | readonly MaterializationRecord[];

/** One flag's evaluation against one context. */
export interface Evaluation {
  readonly state: NaiveState;
  readonly attributes: AttributeMap;
  readonly materializations: Materializations;
  /** Reads recorded so far, each once, in the order of first access (§7.1). */
  readonly reads: MaterializationRead[];
  /** A4: whether the rule being tried has met something unknown, so that an error after it is provisional. */
  readonly rule: { metUnknown: boolean };
  /** Rulings, 12: whether another flag gave one of some variants. */
  readonly matchPrerequisite: (criterion: PrerequisiteCriterion) => Outcome;
}
