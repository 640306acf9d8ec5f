/** Finds PostgreSQL's programs and runs a real server of a test's own, in a temporary folder. @module */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What to tell someone whose machine has no PostgreSQL. */
export const postgresHint =
  "no PostgreSQL found: install it (Debian: apt-get install --no-install-recommends postgresql) or set DATABASE_URL";

/** A server that takes connections. */
export interface PostgresServer {
  /** Of a database that is there from the start; its user may make others. */
  readonly url: string;
  /** Process id of the server, for measurements. */
  readonly pid: number;
  /** Ends every process of the server at once, as a lost machine would but for the disk, and starts it again on the same data. */
  crash(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** The folder that holds `initdb` and `postgres`, from the path or where Debian keeps them; undefined where there is none. */
export function findPostgres(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, "bin")), ...(env.PATH ?? "").split(delimiter)];
  return folders.find((folder) => ["initdb", "postgres"].every((program) => existsSync(join(folder, program))));
}

/**
 * Starts a server that is reached through a socket in its own folder, so that no port is taken. Syncs as in production.
 *
 * PostgreSQL refuses to run as root: there it runs as the user `postgres`, which its package makes.
 *
 * @throws Error with {@link postgresHint} where there is no PostgreSQL.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPostgres();
  if (programs === undefined) throw new Error(postgresHint);
  const folder = mkdtempSync(join(tmpdir(), "aplomb-postgres-"));
  const user = unprivilegedUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const asPostgres = { ...user, cwd: folder };
  const initArgs = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  execFileSync(join(programs, "initdb"), initArgs, { ...asPostgres, stdio: "ignore" });

  const launch = async (): Promise<ChildProcess> => {
    const child = spawn(join(programs, "postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses="], {
      ...asPostgres,
      stdio: ["ignore", "ignore", "pipe"],
    });
    await readiness(child);
    return child;
  };
  let child = await launch();
  return {
    url: `postgres://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
    get pid() {
      return child.pid ?? 0;
    },
    async crash() {
      await end(child, "SIGQUIT");
      child = await launch();
    },
    async stop() {
      await end(child, "SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whom to run the server as; undefined where this process may do so itself. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

/** Resolves once the server says that it takes connections; rejects with its log if it ends before. */
function readiness(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-10_000);
      if (log.includes("ready to accept connections")) resolve();
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`PostgreSQL did not start:\n${log}`)));
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill(signal);
  await ended;
}
