/** What a client accepts before it says no. Publishers keep to four fifths of the page's column. @module */

/** Caps of one kind of host; sizes in bytes. */
export interface Limits {
  /** A manifest's or root's envelope. */
  readonly envelopeBytes: number;
  /** A bundle. */
  readonly bundleBytes: number;
  /** One flag or segment entry. */
  readonly entryBytes: number;
  /** Wire records in one entry. */
  readonly entryRecords: number;
  /** Nested messages in one entry. */
  readonly entryDepth: number;
  readonly flags: number;
  readonly rulesPerFlag: number;
  readonly variantsPerFlag: number;
  /** A key of a flag or the id of a segment. */
  readonly keyBytes: number;
  /** Any other text. */
  readonly textBytes: number;
}

/** What services accept. */
export const SERVICE_LIMITS: Limits = {
  envelopeBytes: 65_536,
  bundleBytes: 33_554_432,
  entryBytes: 1_048_576,
  entryRecords: 50_000,
  entryDepth: 128,
  flags: 20_000,
  rulesPerFlag: 1_000,
  variantsPerFlag: 256,
  keyBytes: 256,
  textBytes: 65_536,
};

/** What pages accept. */
export const PAGE_LIMITS: Limits = {
  ...SERVICE_LIMITS,
  bundleBytes: 2_097_152,
  entryBytes: 262_144,
  flags: 2_000,
  rulesPerFlag: 200,
  variantsPerFlag: 64,
  textBytes: 16_384,
};
