/** Who may call an endpoint: the keys in aplomb.yaml, and those in a file of clients. @module */
import { type Audience, type ClientsFile, readClients } from "@aplomb/authoring";
import type { ClientCredential } from "@aplomb/server";
import { ProjectError } from "../project-error.js";

/**
 * The credentials of a project's audiences.
 *
 * A client in the file may have a key that aplomb.yaml has, to give it a name, origins and a rate; then the file counts.
 *
 * @param clientsFile - Path of the file; undefined for none.
 * @throws ProjectError with all that is wrong in the file; Error when it cannot be read.
 */
export async function credentialsOf(
  audiences: readonly Audience[],
  clientsFile: string | undefined,
): Promise<ClientCredential[]> {
  if (clientsFile === undefined) return audiences.map(credentialOf);
  const { file, problems, text } = await readClients(clientsFile, audiences);
  if (file === undefined) throw new ProjectError(problems, new Map([[clientsFile, text]]));
  const clients = credentialsIn(file);
  const named = new Set(clients.map(identityOf));
  return [...clients, ...audiences.map(credentialOf).filter((credential) => !named.has(identityOf(credential)))];
}

/** One credential for each key and audience of each client. */
function credentialsIn({ clients }: ClientsFile): ClientCredential[] {
  return Object.entries(clients).flatMap(([client, { audiences, keys = [], keysSha256 = [], origins, rate }]) =>
    audiences.flatMap((audience): ClientCredential[] => {
      const traits = { client, audience, ...(rate && { rate }) };
      return [
        ...keys.map((key) => ({
          ...{ kind: "browser" as const, ...traits, key },
          ...(origins && { allowedOrigins: origins }),
        })),
        ...keysSha256.map((keySha256) => ({ kind: "service" as const, ...traits, keySha256 })),
      ];
    }),
  );
}

function credentialOf({ name, clientKey, clientKeySha256 }: Audience): ClientCredential {
  return clientKey === undefined
    ? { kind: "service", audience: name, keySha256: clientKeySha256 }
    : { kind: "browser", audience: name, key: clientKey };
}

/** Its key: all that an endpoint tells callers apart by. */
function identityOf(credential: ClientCredential): string {
  return credential.kind === "browser" ? `key ${credential.key}` : `hash ${credential.keySha256}`;
}
