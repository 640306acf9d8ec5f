/** Which fault tests are missing: every id must be in the title of a test, and those of browsers in one that runs in Chromium. @module */

/** Ids of trust: B is authenticity, P parsers and hostile input, W-13 what browsers may not be told. */
const OF_TRUST: readonly string[] = [...numbered("B", 20), ...numbered("P", 13), "W-13"];

/** Ids of delivery: A is activation, N networks, E exposures, W pages, I incidents. A-16 is of deltas, which there are none of. */
const OF_DELIVERY: readonly string[] = [
  ...numbered("A", 18).filter((id) => id !== "A-16"),
  ...[...numbered("N", 15), ...numbered("E", 24), ...numbered("W", 9), "W-15", "W-16", ...numbered("I", 10)],
];

/** Ids of the endpoint: S is what it stores, refuses, publishes and bears. */
const OF_SERVING: readonly string[] = numbered("S", 12);

const REQUIRED: readonly string[] = [...OF_TRUST, ...OF_DELIVERY, ...OF_SERVING];

/** Those that must run in real Chromium, too. */
const IN_CHROMIUM: readonly string[] = [
  ...["B-01", "B-10", "B-16", "B-17", "B-19", "B-20", "P-03", "P-07", "P-11", "W-13"],
];

/** A test file. */
export interface TestFile {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
}

/**
 * The ids that no test has in its code, each as a sentence. Comments do not count: what runs has a title.
 *
 * @param files - All test files.
 */
export function missingFaultIds(files: readonly TestFile[]): string[] {
  const inAll = idsIn(files);
  const inChromium = idsIn(files.filter(({ path }) => /\.browser\.test\.tsx?$/.test(path)));
  return [
    ...REQUIRED.filter((id) => !inAll.has(id)).map((id) => `${id}: no test has it in its title`),
    ...IN_CHROMIUM.filter((id) => !inChromium.has(id)).map((id) => `${id}: no test in Chromium has it in its title`),
  ];
}

function numbered(letter: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${letter}-${String(at + 1).padStart(2, "0")}`);
}

function idsIn(files: readonly TestFile[]): Set<string> {
  const code = files.map(({ text }) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")).join("\n");
  return new Set(code.match(/\b[A-Z]-\d\d\b/g));
}
