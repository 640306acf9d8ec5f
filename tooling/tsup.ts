/** How every package is built: ESM with declarations, its entries read from its own package.json. @module */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Options } from "tsup";

interface PackageManifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
}

/**
 * The build of the package in the current folder.
 *
 * Every export that names a source (`"@aplomb/source": "./src/…"`) becomes an entry, and so does every command: `dist/main.js`
 * comes from `src/main.ts`. No dependency is bundled. Files beside the sources that are not TypeScript keep their place in `dist`.
 */
export function buildPackage(platform: "neutral" | "node"): Options {
  const manifest: PackageManifest = JSON.parse(readFileSync("package.json", "utf8"));
  return {
    entry: { ...entriesOfExports(manifest), ...entriesOfCommands(manifest) },
    format: "esm",
    target: "es2022",
    platform,
    // tsup's declaration step sets baseUrl, which TypeScript 6 calls deprecated.
    dts: { entry: entriesOfExports(manifest), compilerOptions: { ignoreDeprecations: "6.0" } },
    clean: true,
    sourcemap: true,
    splitting: true,
    removeNodeProtocol: false,
    skipNodeModulesBundle: true,
    silent: true,
    onSuccess: async () => copyAssets(),
  };
}

function entriesOfExports(manifest: PackageManifest): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const target of Object.values(manifest.exports)) {
    if (typeof target === "string") continue;
    const { "@aplomb/source": source, default: built } = target;
    if (source && built) entries[nameInDist(built)] = source;
  }
  return entries;
}

function entriesOfCommands(manifest: PackageManifest): Record<string, string> {
  const names = Object.values(manifest.bin ?? {}).map(nameInDist);
  return Object.fromEntries(names.map((name) => [name, `./src/${name}.ts`]));
}

function nameInDist(built: string): string {
  return built.replace(/^\.\/dist\//, "").replace(/\.js$/, "");
}

function copyAssets(): void {
  for (const file of readdirSync("src", { recursive: true, withFileTypes: true })) {
    const isSource = [".ts", ".tsx"].includes(extname(file.name));
    if (!file.isFile() || isSource) continue;
    const from = join(file.parentPath, file.name);
    cpSync(from, from.replace(/^src/, "dist"));
  }
}
