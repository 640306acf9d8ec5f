/** An endpoint in a process of its own, to be killed: serves a folder of published files on a port. @module */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { createResolveServer, openEmbeddedStore, openPublication } from "@aplomb/server";

const [directory = "", port = "0"] = process.argv.slice(2);
const publication = await openPublication(join(directory, "published"));
const store = await openEmbeddedStore(join(directory, "exposures.db"));
const keySha256 = createHash("sha256").update("secret").digest("hex");
const clients = [{ kind: "service", audience: "api.test", keySha256 } as const];
const options = { publication, store, clients, logger: false as const, console: false, port: Number(port) };
const server = await createResolveServer(options);
process.stdout.write(`${server.port}\n`);
