/** The files of a project as they were read. @module */
import type { Problem } from "./problem.js";
import type { SourceFile } from "./source-file.js";

/** The files of a project, parsed but not yet judged. */
export interface ProjectSources {
  /** aplomb.yaml; undefined when there is none. */
  readonly project: SourceFile | undefined;
  readonly flags: readonly SourceFile[];
  readonly segments: readonly SourceFile[];
  readonly groups: readonly SourceFile[];
  /** allocation.lock; undefined when there is none. */
  readonly lock: SourceFile | undefined;
  /** Files that are missing, unreadable, or not YAML. */
  readonly problems: readonly Problem[];
}
