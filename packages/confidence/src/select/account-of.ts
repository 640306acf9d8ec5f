/** Finds the account whose hashes a state's are. @module */
import { FlagError } from "@aplomb/core";
import type { Report } from "../diagnostics.js";
import type { ImportOptions } from "../import-options.js";

/**
 * The account's id: the one of the options or the one that the envelope names; both, if they agree.
 *
 * @throws FlagError OPTION.
 */
export function accountOf({ account }: ImportOptions, named: string | undefined, report: Report): string {
  if (account !== undefined && typeof account !== "string") throw new FlagError("OPTION", "account: not a text");
  const id = account ?? named;
  if (id === undefined) {
    throw new FlagError("OPTION", "account: the state is not in an envelope that names it; give the account's id");
  }
  if (named !== undefined && id !== named) {
    throw new FlagError("OPTION", `account: "${id}" was given, but the state is of "${named}"`);
  }
  if (id.includes("/")) {
    report(
      id,
      "suspect",
      "the account's id has a slash: only what comes before it is hashed, as on the source platform",
    );
  }
  return id;
}
