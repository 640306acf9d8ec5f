/** What lint says of files that a test writes in place. @module */
import { buildSources } from "../src/build-sources.js";
import { type LintOptions, lintSources } from "../src/lint/lint-sources.js";
import { sourcesOf } from "./sources-of.js";

/** The allocation.lock that a build of files writes; undefined when they cannot be built. */
export function lockOf(files: Readonly<Record<string, string>>): string | undefined {
  return buildSources(sourcesOf(files)).allocation?.text;
}

/**
 * Each problem as `rule file:line:column message`, errors marked. There is the allocation.lock that a build would write
 * unless one is given; a blank one stands for none.
 */
export function lintOf(files: Readonly<Record<string, string>>, options: Partial<LintOptions> = {}): string[] {
  const { "allocation.lock": lock = lockOf(files), ...others } = files;
  const sources = sourcesOf(lock ? { ...others, "allocation.lock": lock } : others);
  const { problems } = lintSources(sources, { nowMs: Date.UTC(2027, 0, 1), ...options });
  return problems.map(
    ({ rule, severity, file, line, column, message }) =>
      `${rule} ${file}:${line}:${column} ${severity === "error" ? "error: " : ""}${message}`,
  );
}

/** The same of the rules of one boolean flag, without the file. */
export function lintOfRules(rules: string, options?: Partial<LintOptions>): string[] {
  const text = `key: a\ntype: boolean\nrules:\n${rules.replace(/^/gm, "- ")}`;
  return lintOf({ "flags/a.yaml": text }, options).map((line) => line.replace("flags/a.yaml:", ""));
}
