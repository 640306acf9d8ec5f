/** A root, in words. @module */
import { printable } from "@aplomb/authoring";
import type { Role, TrustedRoot } from "@aplomb/core";
import { dateText } from "./date-text.js";

import type { Terminal } from "./terminal.js";

const DAY_MS = 86_400_000;
/** A root that lasts no longer than this should be renewed now. */
const WARN_MS = 60 * DAY_MS;

/** What a root says, and how long it lasts, over several lines. */
export function printRoot(root: TrustedRoot, atMs: number, terminal: Terminal): void {
  const { bold, dim } = terminal.colors;
  terminal.print(
    `${bold(printable(root.trustDomain))}  root ${root.version}, epoch ${root.epoch}  ${expiryText(root, atMs, terminal)}`,
  );
  const lines = (name: string, { keys, threshold }: Role): void => {
    const howMany = `${threshold} of ${keys.length}`;
    for (const { keyid } of keys) terminal.print(`  ${name.padEnd(8)} ${printable(keyid)}  ${dim(howMany)}`);
  };
  lines("root", root.root);
  lines("bundle", root.bundle);
}

/** Until when a root speaks; in colour when that is soon or past. */
export function expiryText({ expiresAtMs }: TrustedRoot, atMs: number, { colors }: Pick<Terminal, "colors">): string {
  const date = dateText(expiresAtMs);
  const days = Math.floor((expiresAtMs - atMs) / DAY_MS);
  if (atMs > expiresAtMs) return colors.red(`expired ${date}: aplomb root renew`);
  if (expiresAtMs - atMs < WARN_MS) return colors.yellow(`expires in ${days} days, ${date}: aplomb root renew`);
  return colors.dim(`until ${date}`);
}

/** A root for machines: key ids in the place of keys; the envelope in base64 is what clients are given. */
export function jsonOfRoot(root: TrustedRoot, envelope: Uint8Array): object {
  const role = ({ keys, threshold }: Role): object => ({ threshold, keyids: keys.map(({ keyid }) => keyid) });
  return {
    ...{ trustDomain: root.trustDomain, version: root.version, epoch: root.epoch },
    ...{ issuedAtMs: root.issuedAtMs, expiresAtMs: root.expiresAtMs },
    ...{ rootRole: role(root.root), bundleRole: role(root.bundle) },
    root: Buffer.from(envelope).toString("base64"),
  };
}
