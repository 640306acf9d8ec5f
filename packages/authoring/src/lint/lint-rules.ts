/** The lint rules, in the order in which they are documented. @module */
import { expiredFlag } from "./expired-flag.js";
import type { LintRule } from "./lint-subject.js";
import { nearLimit } from "./near-limit.js";
import { outdatedLock } from "./outdated-lock.js";
import { overlappingSplit } from "./overlapping-split.js";
import { typeDrift } from "./type-drift.js";
import { unknownAttribute } from "./unknown-attribute.js";
import { unreachableRule } from "./unreachable-rule.js";
import { unusedSegment } from "./unused-segment.js";

/** Every rule. */
export const LINT_RULES: readonly LintRule[] = [
  unreachableRule,
  overlappingSplit,
  unknownAttribute,
  expiredFlag,
  typeDrift,
  nearLimit,
  unusedSegment,
  outdatedLock,
];
