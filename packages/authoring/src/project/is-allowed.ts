/** What authors allow to be seen. @module */
import type { ExposedText } from "./exposed-text.js";

/** Whether a flag's `allowInClear` names a text: an address as it is, a list by its variant. */
export function isAllowed({ what, text, variant }: ExposedText, allowed: readonly string[]): boolean {
  return what === "email" ? allowed.includes(text) : variant !== undefined && allowed.includes(`variants.${variant}`);
}
