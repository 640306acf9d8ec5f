/** What was done with rollouts, when and why: a line of JSON for each, in a file beside what is served. @module */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";

/** The file, in the publication's directory but not below `v1`. */
export const ROLLOUT_LOG = "rollouts.ndjson";

/** Something that was done. */
export interface RolloutEntry {
  readonly atMs: number;
  readonly audience: string;
  readonly action: "promote" | "halt" | "skip-rings";
  readonly version: number;
  /** The rings that have the version now. */
  readonly rings: readonly number[];
  /** Why, in the words of whoever did it. */
  readonly reason: string;
}

/** Adds a line; JSON keeps line ends of the reason out of it. */
export async function logRollout(dir: string, entry: RolloutEntry): Promise<void> {
  await appendFile(join(dir, ROLLOUT_LOG), `${JSON.stringify(entry)}\n`);
}
