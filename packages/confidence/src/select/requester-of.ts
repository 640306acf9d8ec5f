/** Finds out whom a state is imported for. @module */
import { FlagError } from "@aplomb/core";
import type { ResolverState } from "../../gen/aplomb/confidence/v1/resolver_state_pb.js";
import type { ImportByClient, ImportBySecret, ImportOptions } from "../import-options.js";

/** Clients that an error offers instead of one that is not there. */
const MAX_LISTED = 10;

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
  const { client, clientSecret, environments }: Partial<ImportByClient & ImportBySecret> = options;
  if (clientSecret === undefined) return requireClient(state, client, environments);
  if (client !== undefined) throw wrong("clientSecret", "give it alone, or client and environments without it");
  if (typeof clientSecret !== "string") throw wrong("clientSecret", "not a text");
  const requesters = requestersBySecret(state);
  const requester = requesters.get(clientSecret);
  if (requester === undefined) throw wrong("clientSecret", whyUnknown(clientSecret, state, requesters));
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

function whyUnknown(
  secret: string,
  { credentials }: ResolverState,
  requesters: ReadonlyMap<string, Requester>,
): string {
  const own = credentials.find(({ credential }) => credential.value?.secret === secret);
  if (own !== undefined) return `it is of "${own.name}", which belongs to no client of the state`;
  const clients = new Set([...requesters.values()].map(({ client }) => client));
  const offer = clients.size === 0 ? "it has none that can be used" : `it has those of ${listed(clients)}`;
  return `the state has no credential "${masked(secret)}"; ${offer}`;
}

function requireClient({ clients, flags }: ResolverState, client: unknown, environments: unknown): Requester {
  if (typeof client !== "string") throw wrong("client", "not a text; give client and environments, or a clientSecret");
  if (!isListOfTexts(environments)) throw wrong("environments", "not a list of texts");
  const isKnown = clients.some(({ name }) => name === client) || flags.some((flag) => flag.clients.includes(client));
  if (isKnown) return { client, environments };
  const known = new Set(clients.map(({ name }) => name));
  const offer = known.size === 0 ? "it has no clients: is it complete?" : `it has ${listed(known)}`;
  throw wrong("client", `the state does not know "${client}"; ${offer}`);
}

function isListOfTexts(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((element) => typeof element === "string");
}

function listed(clients: ReadonlySet<string>): string {
  return `${[...clients].slice(0, MAX_LISTED).join(", ")}${clients.size > MAX_LISTED ? ", …" : ""}`;
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
