/** What lint says of files that a test writes in place. @module */
import { type LintOptions, lintSources } from "../src/lint/lint-sources.js";
import { readSource } from "../src/read/read-source.js";

const PROJECT = `
trustDomain: shop.example
audiences:
  web.production: { kind: browser, environment: production, clientKey: web-shop }
  web.staging: { kind: browser, environment: staging, clientKey: web-shop-staging }
`;

/** Each problem as `rule file:line:column message`, errors marked. There is an aplomb.yaml unless one is given. */
export function lintOf(files: Readonly<Record<string, string>>, options: Partial<LintOptions> = {}): string[] {
  const read = Object.entries({ "aplomb.yaml": PROJECT, ...files }).map(([path, text]) => readSource(path, text));
  const sources = read.map(({ source }) => source);
  const { problems } = lintSources(
    {
      project: sources.find(({ path }) => path === "aplomb.yaml"),
      flags: sources.filter(({ path }) => path.startsWith("flags/")),
      segments: sources.filter(({ path }) => path.startsWith("segments/")),
      groups: sources.filter(({ path }) => path.startsWith("groups/")),
      lock: sources.find(({ path }) => path === "allocation.lock"),
      problems: read.flatMap((file) => file.problems),
    },
    { nowMs: Date.UTC(2027, 0, 1), ...options },
  );
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
