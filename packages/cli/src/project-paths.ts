/** Where a project is found, and keeps what is not written by hand. @module */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder beside aplomb.yaml for keys, builds, publication and data. */
const FOLDER = ".aplomb";

/** The port where `aplomb serve` is found. */
export const DEFAULT_PORT = 4600;

/** Default places, below the project's directory. */
export interface ProjectPaths {
  readonly keys: string;
  readonly build: string;
  readonly publication: string;
  /** The exposure database. */
  readonly data: string;
}

/** The default places of a project. */
export function projectPaths(dir: string): ProjectPaths {
  return {
    keys: join(dir, FOLDER, "keys"),
    build: join(dir, FOLDER, "build"),
    publication: join(dir, FOLDER, "publication"),
    data: join(dir, FOLDER, "exposures.db"),
  };
}

/** Makes the folder, with a `.gitignore` that keeps all of it out of commits. */
export async function makeProjectFolder(dir: string): Promise<void> {
  await mkdir(join(dir, FOLDER), { recursive: true });
  await writeFile(join(dir, FOLDER, ".gitignore"), "*\n", { flag: "wx" }).catch(() => undefined);
}
