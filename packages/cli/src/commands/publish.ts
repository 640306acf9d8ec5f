/** aplomb publish: a signed build to where clients find it. @module */
import { type PublishedAudience, publishSigned, readKeys, readSigned, refreshPublication } from "@aplomb/authoring";
import type { Command } from "commander";
import { projectPaths } from "../project-paths.js";
import { countAudiences, sayPublished } from "../say-published.js";
import type { Terminal } from "../terminal.js";

interface PublishOptions {
  readonly build: string;
  readonly refresh?: boolean;
  readonly keys: string;
  readonly skipRings?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aplomb publish                         what "aplomb sign" signed, into .aplomb/publication
  aplomb publish public --build dist/bundles
  aplomb publish public --refresh        every few hours, from a timer: signs again what is half of its freshness old

Needs no key, but for --refresh. The publication mirrors the endpoint's addresses, so any web server can serve it. Keep
that directory: it is where versions are counted, and clients may be fetching earlier bundles.

Everything is checked before the first file is written: signatures, that versions rise, that the bundle keeps to 80 % of
what clients accept, that it has not lost most of its flags. What is refused, or fails, leaves the last version served.

Two at once: one publishes, the other is refused and told which process is at work (.publishing.lock in the publication).`;

/** Adds the command to a program. */
export function addPublish(program: Command, terminal: Terminal): void {
  const paths = projectPaths(".");
  program
    .command("publish")
    .summary("put signed bundles where clients find them")
    .description("Puts a signed build into a publication: bundles by their digests, then the manifests that name them.")
    .argument("[publication]", "directory of the publication", paths.publication)
    .option("--build <dir>", "directory that aplomb sign signed", paths.build)
    .option("--refresh", "publish nothing new: sign what is published again, so that it stays fresh")
    .option("--keys <dir>", "with --refresh: directory of bundle.jwk and the roots", paths.keys)
    .option("--skip-rings <reason>", "take what was signed for everybody at once; kept in rollouts.ndjson")
    .option("--json", "print JSON")
    .addHelpText("after", EXAMPLES)
    .action((dir: string, options: PublishOptions) => publish(dir, options, terminal));
}

async function publish(dir: string, options: PublishOptions, terminal: Terminal): Promise<void> {
  const published = options.refresh ? await refresh(dir, options.keys) : await publishBuild(dir, options, terminal);
  const { bold } = terminal.colors;
  const title = `${bold(options.refresh ? "Looked after" : "Published")} ${countAudiences(published)} audiences in`;
  sayPublished(published, { title, dir, json: options.json }, terminal);
}

async function publishBuild(
  dir: string,
  { build, skipRings }: PublishOptions,
  terminal: Terminal,
): Promise<PublishedAudience[]> {
  return publishSigned(await readSigned(build), dir, terminal.progress, skipRings);
}

async function refresh(dir: string, keysDir: string): Promise<PublishedAudience[]> {
  return refreshPublication({ dir, keys: await readKeys(keysDir), atMs: Date.now() });
}
