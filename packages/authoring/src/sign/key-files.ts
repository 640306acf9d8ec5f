/** Keeps keys in a directory of their own, for their owner's eyes only. @module */
import { chmod, constants, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TrustedKey } from "@aplomb/core";
import { AuthoringError } from "../authoring-error.js";
import { signingKeyOf, trustedKeyOf } from "../ed25519.js";
import type { PrivateJwk, PublishingKeys, SigningKey } from "../signing-key.js";
import type { GeneratedKeys } from "./generate-keys.js";
import { isRootFile, ROOT_FILE, readRoots, writeRootFile } from "./root-files.js";

const BUNDLE_KEY_FILE = "bundle.jwk";
const ROOT_KEY = /^root-(\d+)\.jwk$/;
const BUNDLE_KEY = /^bundle(?:-[0-9a-f]{16})?\.jwk$/;

/**
 * Writes new keys: `root-1.jwk` …, `bundle.jwk`, `1.root`, `root.envelope`, each with mode 0600 in a directory with mode 0700.
 *
 * A `.gitignore` in the directory keeps them out of commits.
 *
 * @param options - force: delete the keys and roots that are there.
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
  await makeKeyDirectory(dir);
  await Promise.all(present.map((name) => rm(join(dir, name))));
  const rootKeys = keys.rootKeys.map((_, index) => `root-${index + 1}.jwk`);
  for (const [index, key] of keys.rootKeys.entries()) await writeKey(dir, rootKeys[index] ?? "", key);
  await writeKey(dir, BUNDLE_KEY_FILE, keys.bundleKey);
  return [...rootKeys, BUNDLE_KEY_FILE, await writeRootFile(dir, keys.rootEnvelope), ROOT_FILE];
}

/** Whether a directory holds what publishing needs. */
export async function hasKeys(dir: string): Promise<boolean> {
  const present = await keyFilesIn(dir);
  return present.includes(BUNDLE_KEY_FILE) && present.some(isRootFile);
}

/**
 * Reads what publishing needs: the roots and the bundle key. Root keys are not read; they may be elsewhere, and should be.
 *
 * @throws AuthoringError KEYS_MISSING, KEYS_UNREADABLE
 */
export async function readKeys(dir: string): Promise<PublishingKeys> {
  const roots = (await hasKeys(dir)) ? await readRoots(dir) : [];
  const rootEnvelope = roots.at(-1);
  if (rootEnvelope === undefined) {
    const message = `there are no keys in ${dir}: ${BUNDLE_KEY_FILE} and ${ROOT_FILE} are needed`;
    throw new AuthoringError(message, {
      code: "KEYS_MISSING",
      remedy: "Make them with `aplomb keygen`, or name the directory they are in with --keys.",
    });
  }
  return { rootEnvelope, earlierRoots: roots.slice(0, -1), bundleKey: await readKeyFile(join(dir, BUNDLE_KEY_FILE)) };
}

/**
 * A signing key from a file.
 *
 * @throws AuthoringError KEYS_UNREADABLE
 */
export async function readKeyFile(path: string): Promise<SigningKey> {
  try {
    return await signingKeyOf(await readJwk(path));
  } catch (cause) {
    throw new AuthoringError(`${path} is not an Ed25519 private key as JWK`, {
      code: "KEYS_UNREADABLE",
      remedy: "Restore the file from where you keep it, or put a new key in its place: `aplomb root rotate`.",
      cause,
    });
  }
}

/**
 * The public half of a key from a file, which need not hold the private one.
 *
 * @throws AuthoringError KEYS_UNREADABLE
 */
export async function readTrustedKey(path: string): Promise<TrustedKey> {
  try {
    return trustedKeyOf(await readJwk(path));
  } catch (cause) {
    const remedy = "It takes the fields kty, crv and x; d as well where the key is to sign.";
    throw new AuthoringError(`${path} is not an Ed25519 key as JWK`, { code: "KEYS_UNREADABLE", remedy, cause });
  }
}

/** A key's file. The errors of JSON parsers quote the text that they stumble over, so nobody gets to see them. */
async function readJwk(path: string): Promise<PrivateJwk> {
  const jwk = parsed(await readFile(path, "utf8"));
  if (jwk === undefined) throw new SyntaxError("it is not JSON");
  return jwk;
}

function parsed(text: string): PrivateJwk | undefined {
  try {
    return JSON.parse(text) as PrivateJwk;
  } catch {
    return undefined;
  }
}

/** The paths of the root keys that are in a directory. */
export async function rootKeyPaths(dir: string): Promise<string[]> {
  return (await keyFilesIn(dir)).filter((name) => ROOT_KEY.test(name)).map((name) => join(dir, name));
}

/** Adds a root key under the next free name, which is returned. */
export async function addRootKey(dir: string, key: PrivateJwk): Promise<string> {
  const numbers = (await keyFilesIn(dir)).map((name) => Number(ROOT_KEY.exec(name)?.[1] ?? 0));
  const name = `root-${Math.max(3, ...numbers) + 1}.jwk`;
  await writeKey(dir, name, key);
  return name;
}

/** Adds a bundle key as `bundle-<keyid>.jwk`; until {@link promoteBundleKey}, another one goes on signing. */
export async function addBundleKey(dir: string, key: PrivateJwk): Promise<void> {
  await writeKey(dir, reserveName((await signingKeyOf(key)).keyid), key);
}

/**
 * Makes an added key the one that signs bundles; the one before stays beside it as `bundle-<keyid>.jwk`.
 *
 * @returns The name of the file that the old key has now, if there was one.
 */
export async function promoteBundleKey(dir: string, keyid: string): Promise<string | undefined> {
  const path = join(dir, BUNDLE_KEY_FILE);
  const isThere = (await keyFilesIn(dir)).includes(BUNDLE_KEY_FILE);
  const retired = isThere ? reserveName(await keyidIn(path)) : undefined;
  if (retired !== undefined) await rename(path, join(dir, retired));
  await rename(join(dir, reserveName(keyid)), path);
  return retired;
}

/** A key that cannot be read has to make way too. */
async function keyidIn(path: string): Promise<string> {
  return readTrustedKey(path).then(
    ({ keyid }) => keyid,
    () => "0".repeat(16),
  );
}

function reserveName(keyid: string): string {
  return `bundle-${keyid}.jwk`;
}

async function writeKey(dir: string, name: string, key: PrivateJwk): Promise<void> {
  await writeFile(join(dir, name), `${JSON.stringify(key, null, 2)}\n`, { mode: 0o600, flag: "wx" });
}

async function keyFilesIn(dir: string): Promise<string[]> {
  const names: readonly string[] = await readdir(dir).catch(() => []);
  return names.filter(isKeyFile).sort();
}

function isKeyFile(name: string): boolean {
  return ROOT_KEY.test(name) || BUNDLE_KEY.test(name) || isRootFile(name);
}

/** A directory for keys, out of Git. One that was there keeps its mode if it belongs to more than the keys. */
export async function makeKeyDirectory(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const names = await readdir(dir);
  if (names.every((name) => isKeyFile(name) || name === ".gitignore")) await chmod(dir, 0o700);
  await keepOutOfGit(join(dir, ".gitignore"));
}

/** A `.gitignore` that is there stays, with the keys added if it lets them through; one that leads elsewhere is not written to. */
async function keepOutOfGit(path: string): Promise<void> {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants;
  const file = await open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  try {
    const text = await file.readFile("utf8");
    const isKept = text.split(/\r?\n/).some((line) => line === "*" || line === "*.jwk");
    if (!isKept) await file.appendFile(text === "" ? "*\n" : "\n*.jwk\n");
  } finally {
    await file.close();
  }
}
