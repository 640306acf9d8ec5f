/** Reads the keys of a project; on a developer's machine, makes them first. @module */
import { rm } from "node:fs/promises";
import { generateKeys, hasKeys, type PublishingKeys, readKeys, writeKeys } from "@aplomb/authoring";

/** Keys, and whether they have just been made. */
export interface PreparedKeys {
  readonly keys: PublishingKeys;
  /** The names of the files that were made; none if there were keys. */
  readonly made: readonly string[];
}

/** Where keys are, and whose. */
export interface PrepareKeysOptions {
  readonly keysDir: string;
  readonly publicationDir: string;
  readonly trustDomain: string;
  /** Make keys if there are none. */
  readonly dev: boolean;
  readonly atMs: number;
}

/**
 * The keys of a directory.
 *
 * With `dev`, a directory without keys gets new ones, and a publication that was signed by lost ones is deleted: its root
 * has the version that the new root takes, and nobody can sign for it any more.
 *
 * @throws AuthoringError KEYS_MISSING, KEYS_UNREADABLE
 */
export async function prepareKeys(options: PrepareKeysOptions): Promise<PreparedKeys> {
  const { keysDir, publicationDir, trustDomain, dev, atMs } = options;
  if (!dev || (await hasKeys(keysDir))) return { keys: await readKeys(keysDir), made: [] };
  const made = await writeKeys(keysDir, await generateKeys({ trustDomain, dev, atMs }));
  await rm(publicationDir, { recursive: true, force: true });
  return { keys: await readKeys(keysDir), made };
}
