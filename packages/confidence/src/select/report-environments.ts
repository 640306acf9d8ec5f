/** Says of environments that were asked for by name what may be a slip; those of a secret are the state's own. @module */
import type { ResolverState } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { Report } from "../diagnostics.js";
import type { ImportOptions } from "../import-options.js";
import type { Requester } from "./requester-of.js";

/** Notes environments that nothing in the state names, and rules that ask for one when none was given. */
export function reportEnvironments(
  { flags, credentials }: ResolverState,
  { client, environments }: Requester,
  { clientSecret }: Partial<ImportOptions & { clientSecret: string }>,
  report: Report,
): void {
  if (clientSecret !== undefined) return;
  const asked = flags
    .filter(({ clients }) => clients.includes(client))
    .flatMap(({ rules }) => rules.filter((rule) => rule.enabled && rule.environments.length > 0))
    .map((rule) => rule.environments);
  const known = new Set([...asked, ...credentials.map((credential) => credential.environments)].flat());
  const offer = known.size === 0 ? "it names none" : `it has ${[...known].sort().join(", ")}`;
  for (const name of environments) {
    if (!known.has(name))
      report(name, "suspect", `no rule or credential of the state names this environment; ${offer}`);
  }
  if (environments.length > 0 || asked.length === 0) return;
  report(client, "suspect", `no environment was given, so rules that ask for one are left out; ${offer}`);
}
