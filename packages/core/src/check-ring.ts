/** Whether a manifest is meant for a client's ring: apart from which ring that is, since every page loads it. @module */
import { FlagError } from "./errors.js";
import type { Manifest } from "./trust.js";

/** The ring of whoever is in no early one: its versions are everybody's. Also that of clients without rings. */
export const EVERYBODY = 0;

/**
 * Refuses a manifest that was signed for another ring: a cache or a thief that serves the first ring's to everybody would
 * otherwise undo what rings are for. One for everybody is good in every ring.
 *
 * @param ring - That of the client.
 * @throws FlagError AUDIENCE
 */
export function checkRing(manifest: Pick<Manifest, "ring">, ring: number): void {
  if (manifest.ring === EVERYBODY || manifest.ring === ring) return;
  throw new FlagError("AUDIENCE", `its ring is ${manifest.ring}, this client's is ${ring}`);
}
