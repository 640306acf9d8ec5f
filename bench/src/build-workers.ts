/** Bundles the workers: our packages from their sources, peers as they are installed. @module */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const WORKERS = ["deliver-worker", "speed-worker", "load-worker", "garbage-worker", "exposure-worker"];

/**
 * Bundles every worker.
 *
 * @param benchRoot - The folder of the benchmark's package.json, whose dependencies are left as they are.
 * @param outdir - Emptied first.
 */
export async function buildWorkers(benchRoot: string, outdir: string): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(benchRoot, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: WORKERS.map((worker) => join(benchRoot, "src", `${worker}.ts`)),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@aplomb/source"],
    external: [...Object.keys(manifest.dependencies), "@connectrpc/*", "fast-check", "libsql"],
    sourcemap: "linked",
    logLevel: "warning",
  });
}
