/** What lint rules look at: a project without errors, with its files, and what it is compared with. @module */
import type { LockSubject } from "../allocate/lock-problems.js";
import type { BuiltBundle } from "../built-bundle.js";
import type { BundleContent } from "../bundle-content.js";
import type { FlagFile } from "../flag-file.js";
import type { Problem, ProblemText } from "../problem.js";
import type { Project } from "../project.js";
import type { SegmentFile } from "../segment-file.js";
import { type Part, type Path, problemAt, type SourceFile } from "../source-file.js";

/** A file and what it says. */
export interface Placed<T> {
  readonly source: SourceFile;
  readonly file: T;
}

/** A project without errors. */
export interface LintSubject {
  readonly project: Project;
  /** aplomb.yaml. */
  readonly projectSource: SourceFile;
  readonly flags: readonly Placed<FlagFile>[];
  readonly segments: readonly Placed<SegmentFile>[];
  /** allocation.lock, and what it should say. */
  readonly lock: LockSubject;
  /** One for each audience, as they are published. */
  readonly bundles: readonly BuiltBundle[];
  /** As YYYY-MM-DD, in UTC. */
  readonly today: string;
  /** The attributes that contexts have; undefined when nobody has said. */
  readonly attributes: readonly string[] | undefined;
  /** Earlier bundles, to hold types to; none when there is nothing to compare with. */
  readonly against: readonly BundleContent[];
}

/** A problem and the rule that found it. */
export interface LintProblem extends Problem {
  /** The rule's name; "build" for what `aplomb build` reports as well. */
  readonly rule: string;
}

/** A rule: what it finds, without its name. */
export interface LintRule {
  /** In lower case with dashes. */
  readonly name: string;
  readonly find: (subject: LintSubject) => readonly Problem[];
}

/** A warning at a place of a file. */
export function warningAt(source: SourceFile, path: Path, part: Part, text: ProblemText): Problem {
  return problemAt(source, path, part, { severity: "warning", ...text });
}
