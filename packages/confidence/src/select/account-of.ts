/** Finds the account whose hashes a state's are. @module */
import { FlagError } from "@aplomb/core";
import type { Report } from "../diagnostics.js";
import type { ImportOptions } from "../import-options.js";

/** Of an account's name. As an id it would be cut at the slash, and every unit would be hashed wrongly. */
const PREFIX = "accounts/";

/**
 * The account's id: the one of the options or the one that the envelope names; both, if they agree.
 *
 * @throws FlagError OPTION.
 */
export function accountOf({ account }: ImportOptions, named: string | undefined, report: Report): string {
  if (account !== undefined && typeof account !== "string") throw new FlagError("OPTION", "account: not a text");
  if (account?.startsWith(PREFIX) && account !== named) {
    throw new FlagError("OPTION", `account: "${account}" is a name; give the id behind ${PREFIX}`);
  }
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
