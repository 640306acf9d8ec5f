/** House rules of a source file that the linter cannot hold. @module */

const vagueNames = [
  "utils",
  "util",
  "helpers",
  "helper",
  "common",
  "shared",
  "types",
  "manager",
  "impl",
  "base",
  "misc",
];
const moduleSentence = /^\/\*\* \S.*[.!?] @module \*\/$/;
const skippedTest = /\b(?:test|it|describe)\.(?:skip|todo|skipIf\([^\n]*?\)|runIf\([^\n]*?\))\(\s*(["'`])(.*?)\1/g;
const reasonInTitle = /\(.+\)|: .+/;

/** What a pure package may not name, beyond what its compiler settings already refuse. */
const impure: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)/, "reads the clock: take atMs as a parameter"],
  [/\bMath\.random\b/, "draws a random number: take it as a parameter"],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, "starts a timer: leave time to the client"],
  [/\bconsole\./, "logs: return a diagnostic"],
];

/**
 * The problems of one file, each as `path:line: what is wrong`.
 *
 * @param path - relative to the repository's root, with forward slashes
 */
export function sourceProblems(path: string, text: string): string[] {
  const lines = text.split("\n");
  return [
    ...nameProblems(path),
    ...headerProblems(path, lines),
    ...skipProblems(path, text),
    ...purityProblems(path, lines),
  ];
}

function nameProblems(path: string): string[] {
  const words = path.replace(/\.[^/]*$/, "").split(/[/-]/);
  const vague = words.find((word) => vagueNames.includes(word));
  return vague ? [`${path}:1: "${vague}" says nothing: name the file after what it does`] : [];
}

function headerProblems(path: string, lines: readonly string[]): string[] {
  const first = lines[0]?.startsWith("#!") ? 1 : 0;
  return moduleSentence.test(lines[first] ?? "")
    ? []
    : [`${path}:${first + 1}: the first line must be one sentence: /** What this module is. @module */`];
}

function skipProblems(path: string, text: string): string[] {
  return [...text.matchAll(skippedTest)]
    .filter(([, , title = ""]) => !reasonInTitle.test(title))
    .map((match) => `${path}:${lineAt(text, match.index)}: a skipped test gives its reason in its title, in brackets`);
}

function purityProblems(path: string, lines: readonly string[]): string[] {
  if (!path.startsWith("packages/core/src/") || path.includes(".test")) return [];
  return lines.flatMap((line, at) =>
    isComment(line)
      ? []
      : impure.filter(([pattern]) => pattern.test(line)).map(([, why]) => `${path}:${at + 1}: core ${why}`),
  );
}

function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/\*|\*)/.test(line);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
