/** Reads the bundles that tools compare: of a project, a build, a publication, or one file. @module */
import { access, readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { directorySource, readBuild, verifyPublication } from "@aplomb/authoring";
import { FlagError, openBundle } from "@aplomb/core";
import { requireProject } from "../require-project.js";

/** Bundles of one side of a comparison, each opened once, so that it can be read. */
export interface SideBundle {
  /** Empty for a file of one bundle, which does not say whose it is. */
  readonly audience: string;
  readonly bytes: Uint8Array;
}

/**
 * The bundles at a path: a project is built in memory, a publication is verified against its own root, a build and a
 * file are taken as they are.
 *
 * @param audience - Of a publication, only this one's bundle is verified: others may be broken.
 * @throws ProjectError when a project has errors, AuthoringError for a broken build, FlagError OPTION when the path is
 * none of these, NO_DATA when a publication has a bundle that clients would not take, MALFORMED or LIMIT when a bundle
 * cannot be read.
 */
export async function readBundles(path: string, audience?: string): Promise<readonly SideBundle[]> {
  const bundles = await bundlesAt(path, audience);
  for (const { bytes } of bundles) openBundle(bytes);
  return [...bundles].sort((a, b) => (a.audience < b.audience ? -1 : 1));
}

/**
 * One audience's bundle of a path.
 *
 * @param audience - Not needed where there is only one.
 * @throws FlagError OPTION when there is no such audience, or several and none was named; and what {@link readBundles} throws.
 */
export async function readBundleOf(path: string, audience: string | undefined): Promise<SideBundle> {
  const bundles = await readBundles(path, audience);
  const [only] = bundles;
  if (only !== undefined && bundles.length === 1 && (audience === undefined || only.audience === "")) return only;
  const found = bundles.find((bundle) => bundle.audience === audience);
  if (found !== undefined) return found;
  throw sayWhich(
    path,
    bundles.map((bundle) => bundle.audience),
  );
}

/** The error of a path that has several audiences, or not the one that is meant. */
export function sayWhich(path: string, audiences: readonly string[]): FlagError {
  return new FlagError("OPTION", `--audience: say which; ${path} has ${audiences.join(", ") || "none"}`);
}

async function bundlesAt(path: string, audience: string | undefined): Promise<readonly SideBundle[]> {
  if (!(await stat(path)).isDirectory()) return [{ audience: "", bytes: new Uint8Array(await readFile(path)) }];
  const names = await readdir(path);
  if (names.some((name) => /^aplomb\.(?:yaml|yml|json)$/.test(name))) return (await requireProject(path)).bundles;
  if (names.includes("bundles.json")) return readBuild(path);
  if (await exists(join(path, "v1"))) return publishedBundles(path, audience);
  const kinds = "a project (aplomb.yaml), a build (bundles.json), a publication (v1/) or a file of a bundle";
  throw new FlagError("OPTION", `${path} is none of these: ${kinds}`);
}

async function publishedBundles(dir: string, wanted: string | undefined): Promise<SideBundle[]> {
  const source = directorySource(dir);
  const published = (await source.audiences()) ?? [];
  if (wanted !== undefined && !published.includes(wanted)) throw sayWhich(dir, published);
  const only = wanted === undefined ? {} : { audiences: [wanted] };
  const { audiences, error } = await verifyPublication(source, { ...only, atMs: Date.now() });
  if (error !== undefined) throw new FlagError("NO_DATA", `${dir}: ${error}`);
  return Promise.all(
    audiences.map(async ({ audience, manifest, error: fault }) => {
      const bytes =
        manifest && fault === undefined ? await source.read(`v1/${audience}/b/${manifest.sha256}`) : undefined;
      if (bytes === undefined) throw new FlagError("NO_DATA", `${dir}, ${audience}: ${fault ?? "there is no bundle"}`);
      return { audience, bytes };
    }),
  );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
