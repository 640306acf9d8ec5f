/** Lints a project: what the build reports, and what it lets pass but people would want to know. @module */
import { readProject } from "../read/read-project.js";
import { type LintOptions, type LintReport, lintSources } from "./lint-sources.js";

/**
 * Reads and lints a project. Never rejects for what its files say.
 *
 * @param dir - The directory of `aplomb.yaml`.
 * @throws Error if what it is held against is no bundle.
 */
export async function lintProject(dir: string, options: LintOptions): Promise<LintReport> {
  return lintSources(await readProject(dir), options);
}
