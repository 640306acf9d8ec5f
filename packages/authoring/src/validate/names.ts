/** The names that the files of a project may refer to. @module */
import type { GroupFile } from "../group-file.js";

/**
 * What is there to be referred to, in order; also what is there but wrong, so that one mistake is not reported as two.
 */
export interface Names {
  readonly segments: ReadonlySet<string>;
  /** Variants by flag; none for a flag that is wrong. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** Groups by key; undefined for one that is wrong. */
  readonly groups: ReadonlyMap<string, GroupFile | undefined>;
  /** Those of the audiences; when there are none, names of environments are not judged. */
  readonly environments: ReadonlySet<string>;
}
