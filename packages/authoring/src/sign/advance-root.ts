/** Takes a directory of keys to its next root: new keys first, then the root that lists them, then they sign. @module */
import { openRoot, type TrustedRoot } from "@aplomb/core";
import { generatePrivateJwk, signingKeyOf } from "../ed25519.js";
import type { RootChange } from "../root-change.js";
import type { PrivateJwk, SigningKey } from "../signing-key.js";
import { addBundleKey, addRootKey, promoteBundleKey, readKeyFile, rootKeyPaths } from "./key-files.js";
import { readNewestRoot, writeRootFile } from "./root-files.js";
import { signNextRoot } from "./sign-next-root.js";
import { publicHalf } from "./sign-root.js";

/** What the next root is for. */
export interface RootAdvance {
  /** Adds a bundle key, which signs from now on; what the others have signed holds on. */
  readonly rotate?: boolean | undefined;
  /** This key no longer speaks. A root key, or a bundle key that signs now, gets a successor. */
  readonly drop?: string | undefined;
  /** Begins a new epoch: see {@link RootChange}. */
  readonly raiseEpoch?: boolean | undefined;
  /** Files of root keys. Default: those in the directory. */
  readonly rootKeyFiles?: readonly string[] | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly validForMs?: number | undefined;
}

/** What was made. */
export interface RootOutcome {
  readonly root: TrustedRoot;
  readonly envelope: Uint8Array;
  /** Names of files in the directory. */
  readonly files: readonly string[];
  /** The key that signs bundles from now on, if it is a new one. */
  readonly bundleKeyid?: string;
}

/** A new key with both of its forms. */
interface NewKey {
  readonly jwk: PrivateJwk;
  readonly signer: SigningKey;
}

/**
 * Signs and writes the next root of a directory, with the new keys that it lists.
 *
 * Nothing is written unless the root could be signed. A key is on disk before the root that lists it.
 *
 * @throws AuthoringError KEYS_MISSING if there is no root, KEYS_UNREADABLE, ROOT_CHANGE, ROOT_KEYS_MISSING, ROOT_CONFLICT
 */
export async function advanceRoot(dir: string, advance: RootAdvance): Promise<RootOutcome> {
  const { envelope: previous } = await readNewestRoot(dir);
  const before = openRoot(previous);
  const { drop } = advance;
  const isRootKey = before.root.keys.some(({ keyid }) => keyid === drop);
  const newRootKey = isRootKey ? await newKey() : undefined;
  const isSigning = drop !== undefined && !isRootKey && drop === (await signingKeyid(dir, before));
  const newBundleKey = advance.rotate || isSigning ? await newKey() : undefined;
  const paths = advance.rootKeyFiles ?? (await rootKeyPaths(dir));
  const signers = [...(await Promise.all(paths.map(readKeyFile))), ...(newRootKey ? [newRootKey.signer] : [])];
  const envelope = await signNextRoot(previous, changeOf(advance, newBundleKey, newRootKey), signers);
  return { root: openRoot(envelope), envelope, ...(await write(dir, envelope, newBundleKey, newRootKey)) };
}

function changeOf(
  { atMs, validForMs, drop, raiseEpoch = false }: RootAdvance,
  newBundleKey: NewKey | undefined,
  newRootKey: NewKey | undefined,
): RootChange {
  return {
    ...{ atMs, validForMs, raiseEpoch },
    addBundleKeys: newBundleKey ? [publicHalf(newBundleKey.signer)] : [],
    addRootKeys: newRootKey ? [publicHalf(newRootKey.signer)] : [],
    dropKeyids: drop === undefined ? [] : [drop],
  };
}

async function write(
  dir: string,
  envelope: Uint8Array,
  bundleKey: NewKey | undefined,
  rootKey: NewKey | undefined,
): Promise<Pick<RootOutcome, "files" | "bundleKeyid">> {
  const files: string[] = [];
  if (bundleKey !== undefined) await addBundleKey(dir, bundleKey.jwk);
  if (rootKey !== undefined) files.push(await addRootKey(dir, rootKey.jwk));
  files.push(await writeRootFile(dir, envelope), "root.envelope");
  if (bundleKey === undefined) return { files };
  const retired = await promoteBundleKey(dir, bundleKey.signer.keyid);
  return { files: [...files, "bundle.jwk", ...(retired ? [retired] : [])], bundleKeyid: bundleKey.signer.keyid };
}

/** The key in bundle.jwk; if it is lost or unreadable, whichever the root lists alone. */
async function signingKeyid(dir: string, { bundle }: TrustedRoot): Promise<string | undefined> {
  return readKeyFile(`${dir}/bundle.jwk`).then(
    ({ keyid }) => keyid,
    () => (bundle.keys.length === 1 ? bundle.keys[0]?.keyid : undefined),
  );
}

async function newKey(): Promise<NewKey> {
  const jwk = await generatePrivateJwk();
  return { jwk, signer: await signingKeyOf(jwk) };
}
