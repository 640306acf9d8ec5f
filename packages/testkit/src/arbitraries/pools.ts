/** The few names and values that random bundles and contexts share, so that they meet often. @module */

/** Attribute paths, each with the kind of value that it mostly has. */
export const ATTRIBUTES = {
  n: "number",
  s: "string",
  v: "version",
  t: "timestamp",
  b: "bool",
  "o.p": "string",
} as const;
/** The kinds that attributes mostly have. */
export type HomeKind = (typeof ATTRIBUTES)[keyof typeof ATTRIBUTES];

/** Units: short, empty, numeric, not ASCII, of 100 bytes, and of more. */
export const UNITS: readonly string[] = [
  "u1",
  "u2",
  "u3",
  "",
  "0",
  "-0",
  "42",
  "åäö",
  "a|b",
  "用户",
  "x".repeat(100),
  "é".repeat(51),
];
/** Names of segments, of which bundles have some. */
export const SEGMENTS: readonly string[] = ["segments/a", "segments/b", "segments/c", "segments/d", ""];
/** Keys of flags, of which bundles have some. */
export const FLAGS: readonly string[] = ["f", "g", "h"];
/** Names of variants. */
export const VARIANTS: readonly string[] = ["on", "off", "other", ""];
/** Names of rules. */
export const RULES: readonly string[] = ["r1", "r2", ""];
/** Names of materializations. */
export const MATERIALIZATIONS: readonly string[] = ["m1", "m2", ""];

/** Numbers, around every edge of sections 5.8 and 5.9. */
export const NUMBERS: readonly number[] = [
  1, 0, 2.5, -0, 2, -1, 42, 1e21, 1e-7, 1704067200, 1704067200000, -1500, 999999999999, 1e12, -1e12, 8.3e15, 5e-324,
];
/** Texts that are numbers, and some that nearly are. */
export const NUMERIC_TEXTS: readonly string[] = [
  "0",
  "-0",
  "1",
  "+1",
  "1.",
  ".5",
  "2.50",
  "1e0",
  "42",
  "inf",
  "NaN",
  "1e999",
];
/** Texts. */
export const TEXTS: readonly string[] = [
  ...[
    "",
    "null",
    "true",
    "TRUE",
    "True",
    "a",
    "ab",
    "abc",
    "b",
    "1",
    "2.5",
    "-0",
    "é",
    "e\u0301",
    "\u{1F600}",
    "\uFFEE",
  ],
  ...["\uFFFD", "u1", "0.0000001", "1000000000000000000000"],
];
/** Texts that are versions, and some that nearly are. */
export const VERSIONS: readonly string[] = [
  ...["1.2.3", "1.2.0", "1.10.0", "1.2", "1.02.3", "1.2.0001", "1.2.3.4", "2.0.0-beta", "2.0.0", "2", "v1.2", "1..2"],
  ...["1.2.3+7", "0.0.0.0", "9999999999.0", "99999999999.0"],
];
/** Texts that are timestamps, and some that nearly are. */
export const TIMESTAMPS: readonly string[] = [
  ...["2024-01-01", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5Z", "2024-1-1", "2024-01-01T01:00:00+01:00"],
  ...["2024-01-01 00:00:00", "2023-12-31T23:59:60Z", "2023-12-31T23:59:59.999999999Z", "2024-02-30", "2024-02-29"],
  ...["2024-01-01T00:00:00", "2024-01-01t00:00:00z", "1970-01-01T00:00:00Z", "24-01-01", "+2024-01-01", "1704067200"],
  ...["2024-01-01T\u00A000:00:00", "2024-01-01T00:00:00 ", " 2024-01-01", "\t2024-01-01", "2024-01-\u008501"],
];
/** Seconds and nanoseconds of timestamp literals: the moments of TIMESTAMPS, and shapes that are not normalised. */
export const MOMENTS: readonly { readonly seconds: bigint; readonly nanos: number }[] = [
  { seconds: 1704067200n, nanos: 0 },
  { seconds: 1704067200n, nanos: 500_000_000 },
  { seconds: 0n, nanos: 0 },
  { seconds: 1704067199n, nanos: 1_000_000_000 },
  { seconds: 1704067199n, nanos: 999_999_999 },
  { seconds: 1709164800n, nanos: 0 },
  { seconds: -2n, nanos: 500_000_000 },
  { seconds: 1704067200n, nanos: -1 },
];
