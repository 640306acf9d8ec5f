/** Finds out whom a state is imported for. @module */
import { FlagError } from "@aplomb/core";
import type { ResolverState } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { ImportByClient, ImportOptions } from "../import-options.js";

/** Whom a state is imported for. */
export interface Requester {
  /** The client's name. */
  readonly client: string;
  /** A rule that asks for environments asks for one of these. */
  readonly environments: readonly string[];
}

/**
 * The client and its environments.
 *
 * @throws FlagError OPTION for a secret or client that the state does not know. A secret is not spelt out.
 */
export function requesterOf(state: ResolverState, options: ImportOptions): Requester {
  if (!("clientSecret" in options)) return requireClient(state, options);
  if ("client" in options) throw wrong("clientSecret", "give it alone, or client and environments without it");
  const { clientSecret } = options;
  if (typeof clientSecret !== "string") throw wrong("clientSecret", "not a text");
  const requester = requestersBySecret(state).get(clientSecret);
  if (requester === undefined) throw wrong("clientSecret", `the state has no credential "${masked(clientSecret)}"`);
  return requester;
}

/**
 * Whom each secret belongs to.
 *
 * A credential is its client's if its name begins with the client's, letter by letter: `clients/c1` has those of
 * `clients/c10` as well, and whichever client comes last in the state keeps a secret.
 */
function requestersBySecret({ clients, credentials }: ResolverState): ReadonlyMap<string, Requester> {
  const requesters = new Map<string, Requester>();
  for (const { name: client } of clients) {
    for (const { name, credential, environments } of credentials) {
      if (credential.case !== "clientSecret" || !name.startsWith(client)) continue;
      requesters.set(credential.value.secret, { client, environments });
    }
  }
  return requesters;
}

function requireClient({ clients, flags }: ResolverState, { client, environments }: ImportByClient): Requester {
  if (typeof client !== "string") throw wrong("client", "not a text; give client and environments, or a clientSecret");
  if (!Array.isArray(environments)) throw wrong("environments", "not a list of texts");
  const isKnown = clients.some(({ name }) => name === client) || flags.some((flag) => flag.clients.includes(client));
  if (isKnown) return { client, environments };
  const known = clients.map(({ name }) => name).join(", ");
  throw wrong("client", `the state does not know "${client}"; it has ${known || "no clients"}`);
}

/** Three letters at each end, for whoever knows the secret; none of a short one. */
function masked(secret: string): string {
  const letters = [...secret];
  if (letters.length <= 6) return "***";
  return `${letters.slice(0, 3).join("")}…${letters.slice(-3).join("")}`;
}

function wrong(option: string, what: string): FlagError {
  return new FlagError("OPTION", `${option}: ${what}`);
}
