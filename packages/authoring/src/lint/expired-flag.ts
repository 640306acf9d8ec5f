/** Lint rule: flags whose day has passed. @module */
import { type LintRule, warningAt } from "./lint-subject.js";

/** A flag that should be gone: its `expires` is before today. */
export const expiredFlag: LintRule = {
  name: "expired-flag",
  find: ({ flags, today }) =>
    flags
      .filter(({ file }) => file.expires !== undefined && file.expires < today)
      .map(({ source, file }) =>
        warningAt(source, ["expires"], "value", {
          message: `the flag "${file.key}" should be gone since ${file.expires}${file.owner === undefined ? "" : `; ${file.owner} answers for it`}`,
          expected: "no such file, once no code reads the flag; or a later day",
        }),
      ),
};
