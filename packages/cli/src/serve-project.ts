/** Builds, signs and serves a project from its files, and follows them while it runs. @module */
import { readKeys } from "@aplomb/authoring";
import type { Clock, LogDestination, LogLevel, ReloadReport } from "@aplomb/server";
import { systemClock } from "./clock.js";
import { ProjectError } from "./project-error.js";
import { DEFAULT_PORT, makeProjectFolder, projectPaths } from "./project-paths.js";
import { requireProject } from "./require-project.js";
import type { RunningProject } from "./running-project.js";
import { createAnnouncer } from "./serve/announcer.js";
import { followPublication } from "./serve/follow-publication.js";
import { type EndpointOptions, openEndpoint } from "./serve/open-endpoint.js";
import { prepareKeys } from "./serve/prepare-keys.js";
import { createPublisher, type PublishOutcome } from "./serve/publisher.js";
import { watchFiles } from "./serve/watch-files.js";

/** What to serve, and how. */
export interface ServeOptions {
  /** The directory of aplomb.yaml. */
  readonly dir: string;
  /** Publish again whenever a file is saved. Default false. */
  readonly watch?: boolean | undefined;
  /** Make keys for development where there are none. Default false. */
  readonly dev?: boolean | undefined;
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  /** If it is taken, the next free one is used; 0 is any free one. Default: {@link DEFAULT_PORT}. */
  readonly port?: number | undefined;
  /** A second port, for gRPC in clear text; 0 for a free one. Default: none. */
  readonly grpcPort?: number | undefined;
  /** Default: `.aplomb/keys` in dir. */
  readonly keysDir?: string | undefined;
  /** Default: `.aplomb/publication` in dir. */
  readonly publicationDir?: string | undefined;
  /** The exposure database. Default: `.aplomb/exposures.db` in dir. */
  readonly dataFile?: string | undefined;
  /** A PostgreSQL database to keep exposures in, instead of a file; `postgres://…`. */
  readonly databaseUrl?: string | undefined;
  /** How many days exposures are kept; 3 or more. Default: for ever. */
  readonly keepDays?: number | undefined;
  /** The file that names clients, with their keys, origins and rates. Default: the keys in aplomb.yaml. */
  readonly clientsFile?: string | undefined;
  /** How long the endpoint says "not ready" before it ends, in milliseconds. Default: 0. */
  readonly drainDelayMs?: number | undefined;
  /** Addresses or networks of proxies that are believed. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** The endpoint's log: the lowest level, or false for none. Default "warn". */
  readonly logger?: LogLevel | false | undefined;
  readonly logDestination?: LogDestination | undefined;
  /** Lower-case hex SHA-256 of the console's token. Default: none, and a console on loopback hosts only. */
  readonly consoleTokenSha256?: string | undefined;
  /** How long manifests are fresh; they are signed again at half of it. Default: a day. */
  readonly freshForMs?: number | undefined;
  /** Called with what becomes of each look at the files, the first included. */
  readonly onOutcome?: ((outcome: PublishOutcome) => void) | undefined;
  /** Called with what the endpoint found in the publication, at the start and after each publish. */
  readonly onReload?: ((report: ReloadReport) => void) | undefined;
  /** Called with the names of key files that were made. */
  readonly onKeysMade?: ((dir: string, files: readonly string[]) => void) | undefined;
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined;
}

/**
 * Serves a project.
 *
 * A file that is saved with an error changes nothing: what was published last stays served, and `onOutcome` says what is wrong.
 *
 * @returns When the first publish is served.
 * @throws ProjectError if the files have errors at the start; AuthoringError if keys or publication cannot be used;
 * FlagError OPTION if an address or the database cannot be.
 * @example
 * const project = await serveProject({ dir: "flags-of-my-shop", dev: true, watch: true });
 * const flags = createFlagClient({ endpoint: project.url, trust: project.rootEnvelope, clientKey: "web-shop" });
 */
export async function serveProject(options: ServeOptions): Promise<RunningProject> {
  const { dir, clock = systemClock } = options;
  const paths = projectPaths(dir);
  const { keysDir = paths.keys, publicationDir = paths.publication, dataFile = paths.data, freshForMs } = options;
  const { project } = await requireProject(dir);
  const { trustDomain, audiences } = project;
  await makeProjectFolder(dir);
  const prepared = await prepareKeys({
    keysDir,
    publicationDir,
    trustDomain,
    dev: options.dev ?? false,
    atMs: clock.nowMs(),
  });
  if (prepared.made.length > 0) options.onKeysMade?.(keysDir, prepared.made);
  const { keys } = prepared;

  const announcer = createAnnouncer(options);
  const publisher = createPublisher({
    ...{ dir, publicationDir, clock, freshForMs },
    readKeys: () => readKeys(keysDir),
    onOutcome: announcer.announce,
  });
  requirePublished(await publisher.publish());
  const endpoint = await openEndpoint({
    ...endpointOptions(options, clock),
    publicationDir,
    storePlace: options.databaseUrl === undefined ? { dataFile } : { databaseUrl: options.databaseUrl },
    audiences,
    clientsFile: options.clientsFile,
  }).catch(async (error: unknown) => {
    await publisher.close();
    throw error;
  });
  await announcer.follow(endpoint);
  const stopFollowing = followPublication(endpoint.reload, clock, (report) => options.onReload?.(report));
  const watch = options.watch ? await watchFiles(dir, () => void publisher.publish()) : undefined;
  // What was saved between the first look and the beginning of the watch.
  if (watch !== undefined) await publisher.publish();

  let ending: Promise<void> | undefined;
  const end = async (): Promise<void> => {
    await watch?.close();
    await publisher.close();
    await stopFollowing();
    await endpoint.close();
  };
  const { url, port, grpcPort, consoleUrl } = endpoint;
  const rootEnvelope = Buffer.from(keys.rootEnvelope).toString("base64");
  const { published, onPublished } = announcer;
  const close = (): Promise<void> => (ending ??= end());
  const store = options.databaseUrl === undefined ? "file" : "postgres";
  return {
    ...{ url, port, grpcPort, consoleUrl, publicationDir, dataFile, store, rootEnvelope, audiences },
    ...{ published, onPublished, close },
  };
}

type PassedOptions = Pick<
  EndpointOptions,
  | "port"
  | "grpcPort"
  | "host"
  | "logger"
  | "logDestination"
  | "clock"
  | "drainDelayMs"
  | "trustedProxies"
  | "keepDays"
  | "consoleTokenSha256"
>;

function endpointOptions(options: ServeOptions, clock: Clock): PassedOptions {
  const { host, grpcPort, logDestination, logger = "warn", port = DEFAULT_PORT, drainDelayMs = 0 } = options;
  const { trustedProxies, keepDays, consoleTokenSha256 } = options;
  return {
    ...{ port, logger, clock, drainDelayMs },
    ...(host !== undefined && { host }),
    ...(grpcPort !== undefined && { grpcPort }),
    ...(logDestination && { logDestination }),
    ...(trustedProxies && { trustedProxies }),
    ...(keepDays !== undefined && { keepDays }),
    ...(consoleTokenSha256 !== undefined && { consoleTokenSha256 }),
  };
}

function requirePublished(outcome: PublishOutcome): void {
  if (outcome.type === "failed") throw outcome.error;
  if (outcome.type === "broken") throw new ProjectError(outcome.problems, outcome.texts);
}
