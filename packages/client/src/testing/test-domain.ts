/** A trust domain whose keys change: roots that follow one another, and what is signed under each. @module */

import { bytesToHex, MANIFEST_TYPE } from "@aplomb/core";
import { ManifestSchema } from "@aplomb/proto/trust";
import {
  bundleBytes,
  createTestKey,
  fullRollout,
  type RootInit,
  type SealedBundle,
  signEnvelope,
  signRoot,
  type TestKey,
} from "@aplomb/testkit";
import { create, toBinary } from "@bufbuild/protobuf";
import { AUDIENCE } from "./sealed-bundles.js";

/** One root and who may sign bundles under it. */
export interface Era {
  readonly version: bigint;
  readonly epoch: bigint;
  readonly envelope: Uint8Array<ArrayBuffer>;
  readonly bundleKeys: readonly TestKey[];
  readonly rootKeys: readonly TestKey[];
}

const MONTH_MS = 30 * 86_400_000;
const YEAR_MS = 365 * 86_400_000;

/** Makes a key nobody else has. */
export const newKey = (name: string): Promise<TestKey> => createTestKey(name);

/** The first era: two of three root keys, one bundle key. */
export async function firstEra(): Promise<Era> {
  const [a, b, c, bundle] = await Promise.all(["root-a", "root-b", "root-c", "bundle-1"].map(newKey));
  return eraOf({ version: 1n, epoch: 1n, rootKeys: [a, b, c] as TestKey[], bundleKeys: [bundle as TestKey] });
}

/** What an era changes of the one before. */
export type EraChange = Partial<Pick<RootInit, "epoch" | "bundleKeys" | "rootKeys" | "expiresAtMs" | "version">>;

/** The era after another, signed by two keys of each. */
export function nextEra(before: Era, change: EraChange = {}, signers?: readonly TestKey[]): Promise<Era> {
  const { version, epoch, bundleKeys, rootKeys } = before;
  const both = new Set([...rootKeys.slice(0, 2), ...(change.rootKeys ?? rootKeys).slice(0, 2)]);
  return eraOf({ epoch, bundleKeys, rootKeys, version: version + 1n, ...change }, signers ?? [...both]);
}

async function eraOf(
  root: Required<Pick<RootInit, "version" | "epoch" | "bundleKeys" | "rootKeys">> & EraChange,
  signers: readonly TestKey[] = root.rootKeys,
): Promise<Era> {
  const expiresAtMs = BigInt(Date.now() + YEAR_MS);
  const envelope = await signRoot({ expiresAtMs, rootThreshold: 2, ...root }, signers);
  return { version: root.version, epoch: root.epoch, envelope, bundleKeys: root.bundleKeys, rootKeys: root.rootKeys };
}

/** Eras one after the other, nothing changing but their numbers. */
export async function erasAfter(first: Era, count: number): Promise<Era[]> {
  const eras: Era[] = [];
  for (let era = first; eras.length < count; eras.push(era)) era = await nextEra(era);
  return eras;
}

/** What a sealed bundle of an era may be changed in. */
export interface SealChange {
  readonly signer?: TestKey | undefined;
  readonly issuedAtMs?: bigint;
  readonly freshUntilMs?: bigint;
}

/** A bundle whose one flag gives the version's text to everybody, signed under an era. */
export async function sealUnder(era: Era, version: bigint, change: SealChange = {}): Promise<SealedBundle> {
  const { signer = era.bundleKeys[0], ...times } = change;
  const variants = [{ name: `v${version}`, value: { version: String(version) } }];
  const flag = { variants, rules: [fullRollout("all", "everyone", `v${version}`)] };
  const bundle = bundleBytes({ segments: { everyone: {} }, flags: { checkout: flag } });
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bundle));
  const manifest = create(ManifestSchema, {
    ...{ trustDomain: "test", audience: AUDIENCE, rootVersion: era.version, epoch: era.epoch, version, minReader: 1 },
    ...{ issuedAtMs: BigInt(Date.now()), freshUntilMs: BigInt(Date.now() + MONTH_MS) },
    ...{ bundle: { sha256, sizeBytes: BigInt(bundle.length) }, ...times },
  });
  const envelope = await signEnvelope(MANIFEST_TYPE, toBinary(ManifestSchema, manifest), signer ? [signer] : []);
  return { manifest: envelope, bundle, sha256: bytesToHex(sha256) };
}
