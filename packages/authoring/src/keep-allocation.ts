/** Keeps which buckets are whose, for the next build. @module */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LOCK_FILE } from "./allocation.js";
import type { ProjectBuild } from "./build-sources.js";

/**
 * Writes `allocation.lock` beside `aplomb.yaml`, unless it says so already: a whole file or none.
 *
 * @param dir - The directory of `aplomb.yaml`.
 * @returns Whether the file was written.
 * @throws The file system's error, if it cannot be.
 */
export async function keepAllocation(dir: string, { allocation }: Pick<ProjectBuild, "allocation">): Promise<boolean> {
  if (allocation === undefined || allocation.isKept) return false;
  const path = join(dir, LOCK_FILE);
  const beside = join(dir, `.${LOCK_FILE}.${process.pid}`);
  await writeFile(beside, allocation.text);
  await rename(beside, path);
  return true;
}
