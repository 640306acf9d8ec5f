/** aplomb serve: builds, signs and serves a project, and follows its files. @module */
import { type Command, Option } from "commander";
import { wholeNumberFrom } from "../number-option.js";
import { DEFAULT_PORT } from "../project-paths.js";
import { jsonReporter, textReporter } from "../serve/reporter.js";
import type { ServeOptions } from "../serve-project.js";
import { databaseUrlOf } from "../store-place.js";
import type { Surroundings, Terminal } from "../terminal.js";

interface ServeFlags {
  readonly watch?: boolean;
  readonly dev?: boolean;
  readonly port: number;
  readonly host: string;
  readonly grpcPort?: number;
  readonly data?: string;
  readonly keepDays?: number;
  readonly keys?: string;
  readonly clients?: string;
  readonly drainDelay: number;
  readonly trustedProxy?: string[];
  readonly logLevel: "debug" | "info" | "warn" | "error" | "none";
  readonly json?: boolean;
  readonly consoleTokenSha256?: string;
}

const EXAMPLES = `
Examples:
  aplomb serve --watch --dev             develop: makes keys on the first run, publishes on every save
  aplomb serve flags --port 8080 --host 0.0.0.0 --data /var/lib/aplomb/exposures.db

With DATABASE_URL set to a PostgreSQL database, exposures are kept there, and any number of endpoints may share it.
A file that is saved with an error is reported with its line; the last good bundle goes on being served.
The console is at /console. Ctrl-C finishes what is under way and ends.`;

/** Adds the command to a program. */
export function addServe(program: Command, terminal: Terminal, surroundings: Surroundings): void {
  program
    .command("serve")
    .summary("serve a project's flags, and take exposures")
    .description("Builds, signs and serves a project: bundles, announcements of new versions, exposures, a console.")
    .argument("[project]", "directory of aplomb.yaml", ".")
    .option("--watch", "publish again whenever a file is saved")
    .option("--dev", "make keys for development if there are none")
    .option(
      "--port <n>",
      "the next free one is taken if it is in use; 0 for any",
      wholeNumberFrom(0, 65_535),
      DEFAULT_PORT,
    )
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option("--grpc-port <n>", "speak gRPC in clear text on a second port; 0 for any", wholeNumberFrom(0, 65_535))
    .option("--data <file>", "the exposure database (default: DATABASE_URL, or .aplomb/exposures.db in the project)")
    .option("--keep-days <n>", "how many days exposures are kept (default: for ever)", wholeNumberFrom(3))
    .option("--keys <dir>", "directory of the keys (default: .aplomb/keys in the project)")
    .option("--clients <file>", "clients with their keys, origins and rates (default: the keys in aplomb.yaml)")
    .option("--drain-delay <ms>", 'say "not ready" that long before ending', wholeNumberFrom(0, 600_000), 0)
    .option("--trusted-proxy <address...>", "addresses or networks whose X-Forwarded-For is believed")
    .addOption(
      new Option("--log-level <level>", "of the endpoint's log, which goes to standard error")
        .choices(["debug", "info", "warn", "error", "none"])
        .default("warn"),
    )
    .addOption(
      new Option(
        "--console-token-sha256 <hex>",
        "the console asks for a token with this hash; elsewhere than on a loopback host there is none without it",
      ).env("APLOMB_CONSOLE_TOKEN_SHA256"),
    )
    .option("--json", "print events as lines of JSON")
    .addHelpText("after", EXAMPLES)
    .action((project: string, options: ServeFlags) => serve(project, options, terminal, surroundings));
}

async function serve(dir: string, flags: ServeFlags, terminal: Terminal, surroundings: Surroundings): Promise<void> {
  const reporter = flags.json ? jsonReporter(terminal) : textReporter(terminal);
  const interrupted = new Promise<void>((resolve) => surroundings.onInterrupt(resolve));
  const options: ServeOptions = {
    ...{ dir, watch: flags.watch, dev: flags.dev, port: flags.port, host: flags.host, grpcPort: flags.grpcPort },
    ...{ dataFile: flags.data, databaseUrl: databaseUrlOf(flags.data, surroundings.env), keepDays: flags.keepDays },
    ...{ keysDir: flags.keys, logger: flags.logLevel === "none" ? false : flags.logLevel },
    ...{ clientsFile: flags.clients, drainDelayMs: flags.drainDelay, trustedProxies: flags.trustedProxy },
    consoleTokenSha256: flags.consoleTokenSha256,
    logDestination: surroundings.stderr,
    onKeysMade: reporter.keysMade,
    onOutcome: reporter.outcome,
    onReload: reporter.reloaded,
  };
  // The endpoint's libraries take most of a second to load, which no other command should pay.
  const { serveProject } = await import("../serve-project.js");
  const project = await serveProject(options);
  reporter.listening(project, { port: flags.port, isWatching: flags.watch ?? false });
  await interrupted;
  reporter.closing();
  await project.close();
  reporter.closed();
}
