/** Keeps built bundles in a directory between building and signing, which may happen on different machines. @module */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";
import { sha256Hex } from "../sha256-hex.js";

/** The list of what a build directory holds. */
const INDEX_FILE = "bundles.json";
/** As the project's schema has it. A build may come from elsewhere, and its audiences become names of files. */
const AUDIENCE = /^(?!root$)[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){0,127}$/;

interface BuildIndex {
  readonly trustDomain: string;
  readonly bundles: readonly ListedBundle[];
}

interface ListedBundle extends Omit<BuiltBundle, "bytes" | "trustDomain" | "remoteBundle"> {
  /** Of the bundle for the endpoint alone, if there is one. */
  readonly remoteSha256?: string;
}

/**
 * Writes `<audience>.bundle` for each, `<audience>.remote` where flags are left to the endpoint, and `bundles.json` that lists
 * them. Makes the directory; overwrites.
 */
export async function writeBuild(dir: string, trustDomain: string, bundles: readonly BuiltBundle[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  const index: BuildIndex = {
    trustDomain,
    bundles: bundles.map(({ bytes: _, trustDomain: __, remoteBundle, ...listed }) => ({
      ...listed,
      ...(remoteBundle && { remoteSha256: remoteBundle.sha256 }),
    })),
  };
  for (const { audience, bytes, remoteBundle } of bundles) {
    await writeFile(join(dir, `${audience}.bundle`), bytes);
    if (remoteBundle) await writeFile(join(dir, `${audience}.remote`), remoteBundle.bytes, { mode: 0o600 });
  }
  await writeFile(join(dir, INDEX_FILE), `${JSON.stringify(index, null, 2)}\n`);
}

/**
 * Reads what {@link writeBuild} wrote.
 *
 * @throws AuthoringError BUILD_UNREADABLE if there is no build, or a bundle is not the one that was built.
 */
export async function readBuild(dir: string): Promise<BuiltBundle[]> {
  try {
    const { trustDomain, bundles } = JSON.parse(await readFile(join(dir, INDEX_FILE), "utf8")) as BuildIndex;
    return await Promise.all(
      bundles.map(async ({ remoteSha256, ...listed }) => {
        const { audience, sha256 } = listed;
        if (!AUDIENCE.test(audience)) throw new RangeError(`${JSON.stringify(audience)} is no name of an audience`);
        const bytes = await readBuilt(dir, `${audience}.bundle`, sha256);
        if (remoteSha256 === undefined) return { ...listed, trustDomain, bytes };
        const remote = await readBuilt(dir, `${audience}.remote`, remoteSha256);
        return { ...listed, trustDomain, bytes, remoteBundle: { bytes: remote, sha256: remoteSha256 } };
      }),
    );
  } catch (cause) {
    const message = `${dir} holds no build that can be signed: ${(cause as Error).message}`;
    throw new AuthoringError(message, {
      code: "BUILD_UNREADABLE",
      remedy: "Build again with `aplomb build PROJECT --out DIR`.",
      cause,
    });
  }
}

async function readBuilt(dir: string, name: string, sha256: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await readFile(join(dir, name)));
  if (sha256Hex(bytes) !== sha256) throw new RangeError(`${name} has changed since it was built`);
  return bytes;
}
