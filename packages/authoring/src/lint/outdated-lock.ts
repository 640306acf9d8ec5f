/** Lint rule: an allocation.lock that is not what a build of these files would write. @module */
import { outdatedLines } from "../allocate/lock-problems.js";
import type { LintRule } from "./lint-subject.js";

/**
 * Somebody changed flags or groups and did not commit the lock. Lines that were edited, or cut for another salt, are found by
 * the build, and not again here.
 */
export const outdatedLock: LintRule = {
  name: "outdated-lock",
  find: ({ lock }) => outdatedLines(lock),
};
