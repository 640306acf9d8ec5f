/** Whether the exposures in the database are those that must be there, each exactly once. @module */

/** A row of the database. */
export interface ExposureRow {
  /** In lower-case hex. */
  readonly exposureId: string;
  /** How often clients reported it. */
  readonly timesReported: number;
}

/** What is wrong, by id; nothing is when all three are empty. */
export interface ExposureVerdict {
  readonly expected: number;
  readonly rows: number;
  /** Exposed, but not in the database. */
  readonly missing: readonly string[];
  /** In the database, but never exposed. */
  readonly unexpected: readonly string[];
  /** In the database more than once, or reported more than once. */
  readonly repeated: readonly string[];
}

/** Compares the rows of one audience with the ids that its clients must have sent. */
export function compareExposures(expected: Iterable<string>, rows: readonly ExposureRow[]): ExposureVerdict {
  const wanted = new Set(expected);
  const seen = new Map<string, number>();
  for (const { exposureId, timesReported } of rows) seen.set(exposureId, (seen.get(exposureId) ?? 0) + timesReported);
  return {
    expected: wanted.size,
    rows: rows.length,
    missing: [...wanted].filter((id) => !seen.has(id)),
    unexpected: [...seen.keys()].filter((id) => !wanted.has(id)),
    repeated: [...seen].filter(([, times]) => times !== 1).map(([id]) => id),
  };
}
