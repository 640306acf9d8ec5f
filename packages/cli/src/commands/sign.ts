/** aplomb sign: bundles to signed manifests. @module */
import { readBuild, readKeys, signBundles, writeSigned } from "@aplomb/authoring";
import type { Command } from "commander";
import { wholeNumberFrom } from "../number-option.js";
import { projectPaths } from "../project-paths.js";
import { countAudiences, sayPublished } from "../say-published.js";
import type { Terminal } from "../terminal.js";

interface SignOptions {
  readonly keys: string;
  readonly after: string;
  readonly bundleVersion?: number;
  readonly allowShrink?: boolean;
  readonly rings?: boolean;
  readonly skipRings?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb sign                            what "aplomb build" made, with the keys in .aplomb/keys
  aplomb sign dist/bundles --keys /media/keys --after public

Writes a manifest beside each bundle; "aplomb publish" takes both. A bundle gets the version after the one that is
published. One that has not changed keeps its version, and is signed again once half of its freshness (a day) is over.
To go back, sign the old content again: it gets a new version.`;

/** Adds the command to a program. */
export function addSign(program: Command, terminal: Terminal): void {
  const paths = projectPaths(".");
  program
    .command("sign")
    .summary("sign built bundles, for publishing")
    .description("Checks each built bundle as clients would, decides its version and signs a manifest for it.")
    .argument("[build]", "directory that aplomb build made", paths.build)
    .option("--keys <dir>", "directory of bundle.jwk and the roots", paths.keys)
    .option("--after <dir>", "the publication whose versions go on", paths.publication)
    .option("--bundle-version <n>", "instead of the next version; never one that was published", wholeNumberFrom(1))
    .option("--allow-shrink", "the bundle is meant to hold far fewer flags than the last")
    .option("--rings", "new versions begin with 1 % of clients, from now on (aplomb rollout)")
    .option("--skip-rings", "this version goes to everybody at once; aplomb publish asks why")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((buildDir: string, options: SignOptions) => sign(buildDir, options, terminal));
}

async function sign(buildDir: string, options: SignOptions, terminal: Terminal): Promise<void> {
  const build = await signBundles(await readBuild(buildDir), {
    dir: options.after,
    keys: await readKeys(options.keys),
    atMs: Date.now(),
    version: options.bundleVersion,
    allowShrink: options.allowShrink,
    rings: options.rings,
    ...(options.skipRings && { skipRings: "" }),
    onProgress: terminal.progress,
  });
  await writeSigned(buildDir, build);
  const published = build.bundles.map((bundle) => bundle.published);
  const { bold, dim } = terminal.colors;
  const title = `${bold("Signed")} ${countAudiences(published)} bundles in`;
  sayPublished(published, { title, dir: buildDir, json: options.json }, terminal);
  if (!options.json) terminal.print(dim("Publish them with: aplomb publish"));
}
