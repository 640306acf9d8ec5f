/** An endpoint over a folder with a real database, in this process or in one of its own. @module */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createResolveServer,
  type ExposureStore,
  openEmbeddedStore,
  openPublication,
  type ResolveServer,
} from "@aplomb/server";
import { type RunningProgram, startProgram } from "@aplomb/testkit/start-program";

/** An endpoint in this process. */
export interface EndpointFolder {
  readonly server: ResolveServer;
  readonly store: ExposureStore;
}

/** Serves what is published in a folder, to a service whose key is "secret". */
export async function serveFolder(directory: string): Promise<EndpointFolder> {
  const publication = await openPublication(join(directory, "published"));
  const store = await openEmbeddedStore(join(directory, "exposures.db"));
  const keySha256 = createHash("sha256").update("secret").digest("hex");
  const clients = [{ kind: "service", audience: "api.test", keySha256 } as const];
  return { server: await createResolveServer({ publication, store, clients, logger: false }), store };
}

/** An endpoint in another process: whoever started it kills it. */
export interface EndpointChild {
  readonly child: RunningProgram;
  readonly url: string;
}

/** Starts the same in a process of its own; resolves when it listens. */
export async function startEndpointChild(directory: string): Promise<EndpointChild> {
  const source = `
    import { serveFolder } from "./endpoint-folder.ts";
    console.log((await serveFolder(process.argv[1])).server.url);`;
  const child = startProgram(source, fileURLToPath(new URL(".", import.meta.url)), directory);
  return { child, url: await child.line("http://") };
}
