/** A rollout in words: a line for each ring. @module */
import { printable } from "@aplomb/authoring";
import { EARLY_RINGS, EVERYBODY } from "@aplomb/core";
import { dateText } from "../date-text.js";
import type { Terminal } from "../terminal.js";
import type { RingLine, Rollout } from "./read-rollout.js";

/** The name of a ring, with the share of clients that have it or an earlier one. */
export function ringName(ring: number): string {
  const early = EARLY_RINGS.find((one) => one.ring === ring);
  return early === undefined || ring === EVERYBODY ? "everybody" : `ring ${ring}, ${early.permille / 10} %`;
}

/** Prints the rings, their health where it is known, and who runs what. */
export function sayRollout(audience: string, { rings, instances }: Rollout, terminal: Terminal): void {
  const { bold, dim } = terminal.colors;
  terminal.print(bold(printable(audience)));
  for (const line of rings) terminal.print(`  ${ringText(line, terminal)}`);
  for (const { version, code, instances: count } of instances?.rejections ?? []) {
    terminal.print(`  version ${version} refused by ${count}: ${printable(code)}`);
  }
  for (const { version, instances: count } of instances?.versions ?? []) {
    terminal.print(dim(`  version ${version} runs in ${count}`));
  }
}

function ringText({ ring, manifest, health }: RingLine, { colors }: Terminal): string {
  const words = { promote: colors.green("healthy"), wait: colors.yellow("wait"), halt: colors.red("halt") };
  const verdict = health === undefined ? "" : `  ${words[health.verdict]}: ${health.reason}`;
  const since = colors.dim(`since ${dateText(manifest.issuedAtMs)}`);
  return `${ringName(ring).padEnd(14)} version ${String(manifest.version).padStart(4)}  ${since}${verdict}`;
}
