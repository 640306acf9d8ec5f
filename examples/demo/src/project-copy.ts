/** Places for what a run makes, and copies of what it may change. @module */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Closer } from "./closer.js";

/** The project that is committed. */
export const PROJECT_DIRECTORY: string = fileURLToPath(new URL("..", import.meta.url));

/** An empty directory for one run; gone when everything else has ended. */
export async function makeRunDirectory(closer: Closer): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "aplomb-demo-"));
  closer.add("directory of the run", () => rm(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

/** Copies the flag files, so that a run may edit them. Answers with the copy's directory. */
export async function copyProject(to: string): Promise<string> {
  for (const name of ["aplomb.yaml", "allocation.lock", "flags", "segments"]) {
    await cp(join(PROJECT_DIRECTORY, name), join(to, name), { recursive: true });
  }
  return to;
}
