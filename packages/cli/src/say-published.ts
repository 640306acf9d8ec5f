/** Says what signing and publishing did with each audience. @module */
import type { PublishedAudience } from "@aplomb/authoring";
import { EVERYBODY } from "@aplomb/core";
import type { Terminal } from "./terminal.js";

/** How it is said. */
export interface PublishedText {
  /** The first words for people, as in `Signed 3 bundles in`. */
  readonly title: string;
  readonly dir: string;
  readonly json: boolean | undefined;
}

/** A line for each audience; or JSON. */
export function sayPublished(
  published: readonly PublishedAudience[],
  { title, dir, json }: PublishedText,
  terminal: Terminal,
): void {
  if (json) {
    terminal.json({ ok: true, dir, audiences: published.map(({ manifest, change }) => ({ ...manifest, change })) });
    return;
  }
  terminal.print(`${title} ${terminal.colors.bold(dir)}`);
  for (const audience of published) terminal.print(`  ${publishedLine(audience, terminal)}`);
}

/** How many audiences there are: one that skips rings has a manifest for each. */
export function countAudiences(published: readonly PublishedAudience[]): number {
  return new Set(published.map(({ manifest }) => manifest.audience)).size;
}

/** Audience, version, and what was done. */
export function publishedLine({ manifest, change }: PublishedAudience, { colors }: Pick<Terminal, "colors">): string {
  const ring = manifest.ring === EVERYBODY ? "" : colors.dim(`  ring ${manifest.ring}`);
  const words = { new: colors.green("new"), refreshed: "signed again", unchanged: colors.dim("unchanged") };
  return `${manifest.audience.padEnd(24)} version ${String(manifest.version).padStart(4)}  ${words[change]}${ring}`;
}
