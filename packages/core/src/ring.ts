/** Rings: which clients of an audience get a version first. @module */
import { createBucketer } from "./bucket.js";
import { EVERYBODY } from "./check-ring.js";
import { createHashBuffer } from "./salted-text.js";

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
  // What pages have loaded already; `bucketOf` gives the same.
  const place = createBucketer(`ring|${audience}`, createHashBuffer()).bucketOf(installId, 1_000);
  return EARLY_RINGS.find(({ permille }) => place < permille)?.ring ?? EVERYBODY;
}
