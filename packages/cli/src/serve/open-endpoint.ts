/** The endpoint over a publication and an exposure database, opened and closed together. @module */
import type { Audience } from "@aplomb/authoring";
import {
  type ClientCredential,
  openPublication,
  type ReloadReport,
  type ResolveServer,
  type ResolveServerOptions,
} from "@aplomb/server";
import { openStore } from "../open-store.js";
import type { StorePlace } from "../store-place.js";
import { listen } from "./listen.js";

/** What an endpoint is opened with. */
export interface EndpointOptions extends Omit<ResolveServerOptions, "publication" | "store" | "clients"> {
  readonly publicationDir: string;
  readonly storePlace: StorePlace;
  readonly audiences: readonly Audience[];
  readonly port: number;
}

/** A listening endpoint with everything behind it. */
export interface Endpoint extends ResolveServer {
  /** Serves and announces what has been published since. */
  reload(): Promise<ReloadReport>;
}

/**
 * Opens publication and database, and listens.
 *
 * @throws FlagError OPTION if the address or the database cannot be used.
 */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { publicationDir, storePlace, audiences, ...serverOptions } = options;
  const publication = await openPublication(publicationDir);
  const store = await openStore(storePlace);
  const server = await listen({ ...serverOptions, publication, store, clients: audiences.map(credentialOf) }).catch(
    async (error: unknown) => {
      await store.close();
      throw error;
    },
  );
  return {
    ...server,
    reload: publication.reload,
    async close() {
      await server.close();
      await store.close();
    },
  };
}

function credentialOf({ name, clientKey, clientKeySha256 }: Audience): ClientCredential {
  return clientKey === undefined
    ? { kind: "service", audience: name, keySha256: clientKeySha256 }
    : { kind: "browser", audience: name, key: clientKey };
}
