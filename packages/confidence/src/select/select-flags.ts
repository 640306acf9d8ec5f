/** Narrows a state's flags to what one client may resolve. @module */
import type { Flag, Rule } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import { FlagState } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { Report } from "../diagnostics.js";
import { fitsKey, MAX_KEY_BYTES } from "../entry-id.js";
import type { Requester } from "./requester-of.js";

const PREFIX = "flags/";

/**
 * The flags that the client may resolve, by key, with the rules that can apply to it.
 *
 * Of two flags with one name the last holds. A flag that nobody can ask for by a key is left out.
 */
export function selectFlags(flags: readonly Flag[], requester: Requester, report: Report): ReadonlyMap<string, Flag> {
  const byName = new Map(flags.map((flag) => [flag.name, flag]));
  const offered = [...byName].filter(
    ([, { state, clients }]) => state === FlagState.ACTIVE && clients.includes(requester.client),
  );
  if (offered.length === 0) report(requester.client, "suspect", "no active flag of the state lists this client");
  const selected = new Map<string, Flag>();
  for (const [name, flag] of offered) {
    const problem = problemOf(name);
    if (problem === undefined) selected.set(name.slice(PREFIX.length), { ...flag, rules: rulesOf(flag, requester) });
    else report(name, "quarantined", `the flag is left out: ${problem}`);
  }
  return selected;
}

/** Why no key leads to a flag. */
function problemOf(name: string): string | undefined {
  const key = name.slice(PREFIX.length);
  if (!name.startsWith(PREFIX)) return `its name does not begin with "${PREFIX}", so it cannot be asked for`;
  if (key === "") return "it has no key";
  if (key.includes(".")) return "its key has a dot, and what follows a dot is read as a path into the value";
  return fitsKey(key) ? undefined : `its key is longer than ${MAX_KEY_BYTES} bytes`;
}

function rulesOf({ rules }: Flag, { environments }: Requester): Rule[] {
  return rules.filter((rule) => {
    const isHere = rule.environments.length === 0 || rule.environments.some((name) => environments.includes(name));
    return rule.enabled && isHere;
  });
}
