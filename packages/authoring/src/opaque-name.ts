/** Names that say nothing: what stands for the name of a rule or a segment where anybody can read. @module */
import { createHash } from "node:crypto";

/** What is named. */
export type NamedKind = "rule" | "segment" | "group" | "sticky";

/**
 * An opaque name: the kind's first letter and the first 16 hexadecimal digits of the SHA-256 of the JSON list of kind and names.
 *
 * The same names give the same name in every build and bundle. It cannot be read back, but whoever guesses the names can
 * confirm the guess.
 *
 * @example opaqueName("rule", "checkout", "nordics") // "rffc95144e78730ff"
 */
export function opaqueName(kind: NamedKind, ...names: readonly string[]): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([`aplomb ${kind}`, ...names]))
    .digest("hex");
  return `${kind.charAt(0)}${digest.slice(0, 16)}`;
}
