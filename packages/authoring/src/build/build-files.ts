/** Keeps built bundles in a directory between building and signing, which may happen on different machines. @module */
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AuthoringError } from "../authoring-error.js";
import type { BuiltBundle } from "../built-bundle.js";

/** The list of what a build directory holds. */
const INDEX_FILE = "bundles.json";
/** As the project's schema has it. A build may come from elsewhere, and its audiences become names of files. */
const AUDIENCE = /^(?!root$)[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){0,127}$/;

interface BuildIndex {
  readonly trustDomain: string;
  readonly bundles: readonly Omit<BuiltBundle, "bytes" | "trustDomain">[];
}

/** Writes `<audience>.bundle` for each, and `bundles.json` that lists them. Makes the directory; overwrites. */
export async function writeBuild(dir: string, trustDomain: string, bundles: readonly BuiltBundle[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  const index: BuildIndex = {
    trustDomain,
    bundles: bundles.map(({ bytes: _, trustDomain: __, ...listed }) => listed),
  };
  for (const { audience, bytes } of bundles) await writeFile(join(dir, `${audience}.bundle`), bytes);
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
      bundles.map(async (listed) => {
        const { audience, sha256 } = listed;
        if (!AUDIENCE.test(audience)) throw new RangeError(`${JSON.stringify(audience)} is no name of an audience`);
        const bytes = new Uint8Array(await readFile(join(dir, `${audience}.bundle`)));
        const actual = createHash("sha256").update(bytes).digest("hex");
        if (actual !== sha256) throw new RangeError(`${audience}.bundle has changed since it was built`);
        return { ...listed, trustDomain, bytes };
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
