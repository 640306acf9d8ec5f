/** aplomb sign: bundles to a signed publication. @module */
import { publishBundles, readBuild, readKeys } from "@aplomb/authoring";
import { type Command, InvalidArgumentError } from "commander";
import { projectPaths } from "../project-paths.js";
import { publishedLine } from "../published-line.js";
import type { Terminal } from "../terminal.js";

interface SignOptions {
  readonly keys: string;
  readonly out: string;
  readonly bundleVersion?: number;
  readonly allowShrink?: boolean;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb sign                            what "aplomb build" made, with the keys in .aplomb/keys
  aplomb sign dist/bundles --keys /media/keys --out public

The publication mirrors the endpoint's addresses, so any web server can serve it. A bundle gets the version after the
last one in the publication: keep that directory. A bundle that has not changed keeps its version, and is signed again
once half of its freshness (a day) is over.`;

/** Adds the command to a program. */
export function addSign(program: Command, terminal: Terminal): void {
  const paths = projectPaths(".");
  program
    .command("sign")
    .summary("sign built bundles and add them to a publication")
    .description("Signs a manifest for each bundle and writes bundle, then manifest, into a publication.")
    .argument("[build]", "directory that aplomb build made", paths.build)
    .option("--keys <dir>", "directory of bundle.jwk and root.envelope", paths.keys)
    .option("--out <dir>", "the publication", paths.publication)
    .option("--bundle-version <n>", "instead of the next version; never one that was published", wholeNumber)
    .option("--allow-shrink", "the bundle is meant to hold far fewer flags than the last")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((buildDir: string, options: SignOptions) => sign(buildDir, options, terminal));
}

async function sign(buildDir: string, options: SignOptions, terminal: Terminal): Promise<void> {
  const bundles = await readBuild(buildDir);
  const published = await publishBundles(bundles, {
    dir: options.out,
    keys: await readKeys(options.keys),
    atMs: Date.now(),
    version: options.bundleVersion,
    allowShrink: options.allowShrink,
  });
  if (options.json) {
    const audiences = published.map(({ manifest, change }) => ({ ...manifest, change }));
    terminal.json({ ok: true, dir: options.out, audiences });
    return;
  }
  const { bold } = terminal.colors;
  terminal.print(`${bold("Signed")} ${bundles.length} bundles into ${bold(options.out)}`);
  for (const audience of published) terminal.print(`  ${publishedLine(audience, terminal)}`);
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new InvalidArgumentError("expected a whole number from 1.");
  return Number(text);
}
