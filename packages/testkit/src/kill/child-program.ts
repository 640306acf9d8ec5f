/** A TypeScript program made ready to be started many times: bundled once, from sources. @module */
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** What Node runs. */
export interface ChildProgram {
  /** A file that Node can run. */
  readonly path: string;
  /** Removes it. */
  close(): Promise<void>;
}

/** How the program is bundled. */
export interface ChildProgramOptions {
  /** Packages that stay outside, such as those with native parts. */
  readonly external?: readonly string[];
  /** Folders that the program looks for beside itself; they are copied there under their own names. */
  readonly beside?: readonly URL[];
}

/** Libraries in CommonJS ask for `require`, which a module does not have. */
const REQUIRE =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/**
 * Bundles a program with everything it imports, this repository's packages from their sources.
 *
 * A start takes as long as Node's own; through `tsx` it takes several times that, which 200 kills cannot afford. The file
 * lies below the nearest `node_modules`, so that what stays outside is found. `import.meta.url` is that file's.
 *
 * @param entry - URL of the program's file, such as `new URL("./testing/child.ts", import.meta.url)`.
 * @throws Error of the bundler if something does not resolve or parse.
 */
export async function buildChildProgram(
  entry: URL,
  { external = [], beside = [] }: ChildProgramOptions = {},
): Promise<ChildProgram> {
  const source = fileURLToPath(entry);
  const cache = join(nearestModules(dirname(source)), ".cache");
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, "aplomb-child-"));
  const path = join(directory, "program.mjs");
  await build({
    entryPoints: [source],
    outfile: path,
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "silent" },
    conditions: ["@aplomb/source"],
    banner: { js: REQUIRE },
    external: [...external],
  });
  for (const folder of beside.map((url) => fileURLToPath(url))) {
    await cp(folder, join(directory, basename(folder)), { recursive: true });
  }
  return { path, close: () => rm(directory, { recursive: true, force: true }) };
}

function nearestModules(directory: string): string {
  const candidate = join(directory, "node_modules");
  if (existsSync(candidate) || dirname(directory) === directory) return candidate;
  return nearestModules(dirname(directory));
}
