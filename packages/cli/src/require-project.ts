/** Builds a project for a command, which ends here if there is an error in its files. @module */
import { buildProject, hasErrors, type Project, type ProjectBuild } from "@aplomb/authoring";
import { ProjectError } from "./project-error.js";

/**
 * Builds a project.
 *
 * @throws ProjectError with all problems, if one of them is an error.
 */
export async function requireProject(dir: string): Promise<ProjectBuild & { readonly project: Project }> {
  const build = await buildProject(dir);
  const { project } = build;
  if (project === undefined || hasErrors(build.problems)) throw new ProjectError(build.problems, build.texts);
  return { ...build, project };
}
