/** What publishing did with an audience, in one line for people. @module */
import type { PublishedAudience } from "@aplomb/authoring";
import type { Terminal } from "./terminal.js";

/** Audience, version, and what was done. */
export function publishedLine({ manifest, change }: PublishedAudience, { colors }: Pick<Terminal, "colors">): string {
  const words = { new: colors.green("new"), refreshed: "signed again", unchanged: colors.dim("unchanged") };
  return `${manifest.audience.padEnd(24)} version ${String(manifest.version).padStart(4)}  ${words[change]}`;
}
