/** Rings: which clients of an audience get a version first, and whether a manifest is meant for them. @module */
import { bucketOf } from "./bucket.js";
import { FlagError } from "./errors.js";
import type { Manifest } from "./trust.js";

/** The ring of whoever is in no early one: its versions are everybody's. Also that of clients without rings. */
export const EVERYBODY = 0;

/** An early ring. */
export interface EarlyRing {
  readonly ring: number;
  /** The share of an audience's clients that this ring and those before it have together, in thousandths. */
  readonly permille: number;
}

/** The early rings, the first one first: a version goes to 1 %, to 10 %, then to {@link EVERYBODY}. */
export const EARLY_RINGS: readonly EarlyRing[] = [
  { ring: 1, permille: 10 },
  { ring: 2, permille: 100 },
];

/**
 * The ring of an installation: always the same for one audience, and another draw for each audience.
 *
 * @param installId - Random, and kept beside the bundle; at most 100 bytes.
 * @example ringOf("7f0c…", "web.production") // 0, for 90 % of all installations
 */
export function ringOf(installId: string, audience: string): number {
  const place = bucketOf(`ring|${audience}`, installId, 1_000);
  return EARLY_RINGS.find(({ permille }) => place < permille)?.ring ?? EVERYBODY;
}

/**
 * Refuses a manifest that was signed for another ring: a cache or a thief that serves the first ring's to everybody would
 * otherwise undo what rings are for. One for everybody is good in every ring.
 *
 * @param ring - That of the client.
 * @throws FlagError AUDIENCE
 */
export function checkRing(manifest: Pick<Manifest, "ring">, ring: number): void {
  if (manifest.ring === EVERYBODY || manifest.ring === ring) return;
  throw new FlagError("AUDIENCE", `it was signed for ring ${manifest.ring}, this client is in ring ${ring}`);
}
