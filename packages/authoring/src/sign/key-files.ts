/** Keeps keys in a directory of their own, for their owner's eyes only. @module */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AuthoringError } from "../authoring-error.js";
import { signingKeyOf } from "../ed25519.js";
import type { PrivateJwk, PublishingKeys } from "../signing-key.js";
import type { GeneratedKeys } from "./generate-keys.js";

/** The signed root: public, and what clients are given as their trust. */
export const ROOT_FILE = "root.envelope";
const BUNDLE_KEY_FILE = "bundle.jwk";
const KEY_FILE = /^(?:root-\d+|bundle)\.jwk$|^root\.envelope$/;

/**
 * Writes new keys: `root-1.jwk` …, `bundle.jwk`, `root.envelope`, each with mode 0600 in a directory with mode 0700.
 *
 * A `.gitignore` in the directory keeps them out of commits.
 *
 * @param options - force: delete the keys that are there.
 * @returns The names of the files, without the directory.
 * @throws AuthoringError KEYS_EXIST
 */
export async function writeKeys(
  dir: string,
  keys: GeneratedKeys,
  options: { readonly force?: boolean } = {},
): Promise<string[]> {
  const present = await keyFilesIn(dir);
  if (present.length > 0 && !options.force) {
    const message = `there are keys in ${dir} already: ${present.join(", ")}`;
    throw new AuthoringError(message, {
      code: "KEYS_EXIST",
      remedy:
        "Keep them; or name another directory; or replace them with --force, after which clients need the new root.",
    });
  }
  await makePrivateDirectory(dir);
  await Promise.all(present.map((name) => rm(join(dir, name))));
  const files = new Map<string, string | Uint8Array>([
    ...keys.rootKeys.map((key, index): [string, string] => [`root-${index + 1}.jwk`, textOf(key)]),
    [BUNDLE_KEY_FILE, textOf(keys.bundleKey)],
    [ROOT_FILE, keys.rootEnvelope],
  ]);
  for (const [name, content] of files) await writeFile(join(dir, name), content, { mode: 0o600, flag: "wx" });
  await writeFile(join(dir, ".gitignore"), "*\n", { mode: 0o600 });
  return [...files.keys()];
}

/** Whether a directory holds the keys that publishing needs. */
export async function hasKeys(dir: string): Promise<boolean> {
  const present = await keyFilesIn(dir);
  return present.includes(ROOT_FILE) && present.includes(BUNDLE_KEY_FILE);
}

/**
 * Reads what publishing needs: the root and the bundle key. Root keys are not read; they may be elsewhere, and should be.
 *
 * @throws AuthoringError KEYS_MISSING, KEYS_UNREADABLE
 */
export async function readKeys(dir: string): Promise<PublishingKeys> {
  if (!(await hasKeys(dir))) {
    const message = `there are no keys in ${dir}: ${BUNDLE_KEY_FILE} and ${ROOT_FILE} are needed`;
    throw new AuthoringError(message, {
      code: "KEYS_MISSING",
      remedy: "Make them with `aplomb keygen`, or name the directory they are in with --keys.",
    });
  }
  const rootEnvelope = new Uint8Array(await readFile(join(dir, ROOT_FILE)));
  try {
    const jwk = JSON.parse(await readFile(join(dir, BUNDLE_KEY_FILE), "utf8")) as PrivateJwk;
    return { rootEnvelope, bundleKey: await signingKeyOf(jwk) };
  } catch (cause) {
    const message = `${join(dir, BUNDLE_KEY_FILE)} is not an Ed25519 private key as JWK`;
    throw new AuthoringError(message, {
      code: "KEYS_UNREADABLE",
      remedy: "Restore the file from where you keep it, or list a new bundle key in a new root.",
      cause,
    });
  }
}

async function keyFilesIn(dir: string): Promise<string[]> {
  const names: readonly string[] = await readdir(dir).catch(() => []);
  return names.filter((name) => KEY_FILE.test(name)).sort();
}

/** A directory that was there keeps its mode if it belongs to more than the keys. */
async function makePrivateDirectory(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const names = await readdir(dir);
  if (names.every((name) => KEY_FILE.test(name) || name === ".gitignore")) await chmod(dir, 0o700);
}

function textOf(key: PrivateJwk): string {
  return `${JSON.stringify(key, null, 2)}\n`;
}
