/** The aplomb command as a library: serve a project from a program. @module */

export { ProjectError } from "./project-error.js";
export { DEFAULT_PORT } from "./project-paths.js";
export type { RunningProject } from "./running-project.js";
export type { PublishOutcome } from "./serve/publisher.js";
export { type ServeOptions, serveProject } from "./serve-project.js";
