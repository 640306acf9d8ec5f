/** What is added to a total, gathered before it is written. @module */

/** What batches add to a total. */
export interface Addition {
  readonly windowDay: number;
  readonly outcome: number;
  readonly bundleVersion: number;
  exposures: number;
  reports: number;
}

/** The addition to one total among those gathered so far; nothing yet if it is the first to it. */
export function additionOf(
  all: Map<string, Addition>,
  windowDay: number,
  outcome: number,
  bundleVersion: number,
): Addition {
  const key = `${windowDay} ${outcome} ${bundleVersion}`;
  const known = all.get(key);
  if (known) return known;
  const addition: Addition = { windowDay, outcome, bundleVersion, exposures: 0, reports: 0 };
  all.set(key, addition);
  return addition;
}
