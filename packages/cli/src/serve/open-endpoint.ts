/** The endpoint over a publication and its databases, opened and closed together. @module */
import type { Audience } from "@aplomb/authoring";
import { openPublication, type ReloadReport, type ResolveServer, type ResolveServerOptions } from "@aplomb/server";
import { openStickyRecords, openStore } from "../open-store.js";
import type { StorePlace } from "../store-place.js";
import { credentialsOf } from "./credentials-of.js";
import { listen } from "./listen.js";

/** What an endpoint is opened with. */
export interface EndpointOptions
  extends Omit<ResolveServerOptions, "publication" | "store" | "stickyRecords" | "clients"> {
  readonly publicationDir: string;
  readonly storePlace: StorePlace;
  readonly audiences: readonly Audience[];
  /** The file that says who else may call, and how; undefined for none. */
  readonly clientsFile: string | undefined;
  readonly port: number;
}

/** A listening endpoint with everything behind it. */
export interface Endpoint extends ResolveServer {
  /** Serves and announces what has been published since. */
  reload(): Promise<ReloadReport>;
}

/**
 * Opens publication and databases, and listens. Sticky assignments of flags that are resolved here are kept where exposures
 * are.
 *
 * @throws ProjectError for a file of clients that is wrong; FlagError OPTION if the address or the database cannot be used.
 */
export async function openEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const { publicationDir, storePlace, audiences, clientsFile, ...serverOptions } = options;
  const clients = await credentialsOf(audiences, clientsFile);
  const publication = await openPublication(publicationDir);
  const store = await openStore(storePlace);
  const stickyRecords = await openStickyRecords(storePlace).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const closeAll = async (): Promise<void> => {
    await store.close();
    await stickyRecords.close();
  };
  const server = await listen({ ...serverOptions, publication, store, stickyRecords, clients }).catch(
    async (error: unknown) => {
      await closeAll();
      throw error;
    },
  );
  return {
    ...server,
    reload: publication.reload,
    async close() {
      await server.close();
      await closeAll();
    },
  };
}
