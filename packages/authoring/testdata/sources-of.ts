/** The files of a project that a test writes in place. @module */
import type { ProjectSources } from "../src/project-sources.js";
import { readSource } from "../src/read/read-source.js";

/** Two browser audiences, for tests that do not care. */
const PROJECT = `
trustDomain: shop.example
audiences:
  web.production: { kind: browser, environment: production, clientKey: web-shop }
  web.staging: { kind: browser, environment: staging, clientKey: web-shop-staging }
`;

/** Texts by path, parsed. There is an aplomb.yaml unless one is given. */
export function sourcesOf(files: Readonly<Record<string, string>>): ProjectSources {
  const read = Object.entries({ "aplomb.yaml": PROJECT, ...files }).map(([path, text]) => readSource(path, text));
  const sources = read.map(({ source }) => source);
  return {
    project: sources.find(({ path }) => path === "aplomb.yaml"),
    flags: sources.filter(({ path }) => path.startsWith("flags/")),
    segments: sources.filter(({ path }) => path.startsWith("segments/")),
    groups: sources.filter(({ path }) => path.startsWith("groups/")),
    lock: sources.find(({ path }) => path === "allocation.lock"),
    problems: read.flatMap((file) => file.problems),
  };
}
