/** What is wrong with files that a test writes in place. @module */
import { readSource } from "../src/read/read-source.js";
import { validateProject } from "../src/validate/validate-project.js";

const PROJECT = `
trustDomain: shop.example
audiences:
  web.production: { kind: browser, environment: production, clientKey: web-shop }
  web.staging: { kind: browser, environment: staging, clientKey: web-shop-staging }
`;

/** Each problem of a project as `file:line:column message`, warnings marked. There is an aplomb.yaml unless one is given. */
export function problemsOf(files: Readonly<Record<string, string>>): string[] {
  const sources = Object.entries({ "aplomb.yaml": PROJECT, ...files }).map(
    ([path, text]) => readSource(path, text).source,
  );
  const { problems } = validateProject({
    project: sources.find(({ path }) => path === "aplomb.yaml"),
    flags: sources.filter(({ path }) => path.startsWith("flags/")),
    segments: sources.filter(({ path }) => path.startsWith("segments/")),
    groups: sources.filter(({ path }) => path.startsWith("groups/")),
    lock: sources.find(({ path }) => path === "allocation.lock"),
  });
  return problems.map(
    (problem) =>
      `${problem.file}:${problem.line}:${problem.column} ${problem.severity === "error" ? "" : "warning: "}${problem.message}`,
  );
}

/** Each problem of one flag file as `line:column message`. */
export function problemsOfFlag(text: string): string[] {
  return problemsOf({ "flags/a.yaml": text }).map((problem) => problem.replace("flags/a.yaml:", ""));
}
