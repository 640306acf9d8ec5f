/** Starts the demo's parts: endpoint, service, page. @module */
import { join } from "node:path";
import { type PublishOutcome, type RunningProject, serveProject } from "aplomb";
import type { Closer } from "./closer.js";
import type { Connection } from "./connection.js";
import { type PageServer, startPageServer } from "./page-server.js";
import { type ServiceProcess, startService } from "./service-process.js";
import { SHOPPER_COUNT } from "./shoppers.js";

/** The secret key of the demo's service. In a real service it comes from the environment and is in no file. */
const SERVICE_KEY = "demo-service-secret";

/** Where the demo is found, unless somebody else is there. */
const ENDPOINT_PORT = 4600;
const PAGE_PORT = 4700;

/** Where the demo reads and writes. */
export interface DemoOptions {
  /** The directory of aplomb.yaml. */
  readonly projectDirectory: string;
  /** Keys, publication, database: all that is made while the demo runs. */
  readonly dataDirectory: string;
  /** Where Vite keeps prepared dependencies. */
  readonly viteCacheDirectory: string;
  readonly shoppersPerSecond: number;
  /** Called with what becomes of each look at the flag files. */
  readonly onOutcome?: (outcome: PublishOutcome) => void;
}

/** The running demo. */
export interface Demo {
  readonly project: RunningProject;
  readonly service: ServiceProcess;
  readonly page: PageServer;
  /** Audiences by who asks. */
  readonly audiences: { readonly page: string; readonly service: string };
}

/**
 * Starts everything; whatever was started is added to the closer, also when a later part fails.
 *
 * @throws Error when a part cannot start.
 */
export async function startDemo(options: DemoOptions, closer: Closer): Promise<Demo> {
  const { projectDirectory, dataDirectory, viteCacheDirectory, shoppersPerSecond } = options;
  const project = await serveProject({
    dir: projectDirectory,
    watch: true,
    dev: true,
    port: ENDPOINT_PORT,
    keysDir: join(dataDirectory, "keys"),
    publicationDir: join(dataDirectory, "publication"),
    dataFile: join(dataDirectory, "exposures.db"),
    onOutcome: options.onOutcome,
  });
  closer.add("endpoint", project.close);
  const ofPage = connectionOf(project, "browser");
  const ofService = connectionOf(project, "service");

  const service = await startService({
    connection: ofService,
    storeDirectory: join(dataDirectory, "service"),
    shoppers: SHOPPER_COUNT,
    shoppersPerSecond,
  });
  closer.add("service", service.stop);

  const page = await startPageServer({
    settings: { connection: ofPage, consoleUrl: project.consoleUrl ?? project.url },
    port: PAGE_PORT,
    cacheDirectory: viteCacheDirectory,
  });
  closer.add("page", page.close);
  return { project, service, page, audiences: { page: ofPage.audience, service: ofService.audience } };
}

function connectionOf(project: RunningProject, kind: "browser" | "service"): Connection {
  const audience = project.audiences.find((it) => it.kind === kind);
  if (!audience) throw new Error(`aplomb.yaml lists no audience of the kind ${kind}`);
  const clientKey = kind === "service" ? SERVICE_KEY : (audience.clientKey ?? "");
  return { endpoint: project.url, audience: audience.name, clientKey, rootEnvelope: project.rootEnvelope };
}
