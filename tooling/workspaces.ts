/** The packages of this repository, as their package.json files describe them. @module */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./run-command.js";

/** One package of ours. */
export interface Workspace {
  /** Absolute path. */
  readonly folder: string;
  readonly name: string;
  readonly isPublic: boolean;
  /** Built declarations by export path: `{ "./http": "./dist/http/index.d.ts" }`. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Names of the packages that are installed with this one, or that it asks its user for. */
  readonly runtimeDependencies: ReadonlySet<string>;
}

/** Every package under `packages/`, and `proto`, in the order of their folders' names. */
export function workspaces(): Workspace[] {
  const folders = readdirSync(join(repositoryRoot, "packages")).map((name) => join(repositoryRoot, "packages", name));
  return [...folders, join(repositoryRoot, "proto")].map(readWorkspace);
}

function readWorkspace(folder: string): Workspace {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return {
    folder,
    name: manifest.name,
    isPublic: manifest.private !== true,
    declarations: new Map(
      Object.entries<{ types?: string }>(manifest.exports).flatMap(([path, { types }]) =>
        types ? [[path, types]] : [],
      ),
    ),
    runtimeDependencies: new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })),
  };
}
