/** Judges a project's files, one by one and against each other. @module */
import { basename, extname } from "node:path";
import { type Allocation, NO_ALLOCATION } from "../allocation.js";
import { type FlagFile, variantsOf } from "../flag-file.js";
import { hasErrors, inReadingOrder, type Problem } from "../problem.js";
import type { Project } from "../project.js";
import type { ProjectSources } from "../project-sources.js";
import { EVERYBODY, type SegmentFile } from "../segment-file.js";
import { problemAt, type SourceFile } from "../source-file.js";
import { checkAllocation } from "./check-allocation.js";
import { checkAudiences } from "./check-audiences.js";
import { checkCondition } from "./check-condition.js";
import { checkFlag } from "./check-flag.js";
import { checkGroup } from "./check-groups.js";
import { checkPrerequisiteScope } from "./check-prerequisite-scope.js";
import { checkReferences } from "./check-references.js";
import {
  checkAllocationSchema,
  checkFlagSchema,
  checkGroupSchema,
  checkProjectSchema,
  checkSegmentSchema,
  type SchemaResult,
} from "./check-schema.js";
import type { Names } from "./names.js";

/** A project, unless there is an error; and everything that is wrong, in reading order. */
export interface Validation {
  readonly project?: Project;
  /** What the last build kept. */
  readonly allocation?: Allocation;
  readonly problems: readonly Problem[];
}

/** A file whose content holds to its schema. */
interface Checked<T> {
  readonly source: SourceFile;
  readonly content: T;
}

/**
 * Judges all files and reports everything that is wrong with any of them.
 *
 * @param sources - Sources without content (they could not be parsed) are passed over; their problems are the reader's.
 */
export function validateProject(sources: Omit<ProjectSources, "problems">): Validation {
  const problems: Problem[] = [];
  const checkAll = <T>(files: readonly SourceFile[], check: (source: SourceFile) => SchemaResult<T>): Checked<T>[] =>
    files
      .filter((source) => source.content !== undefined)
      .flatMap((source) => {
        const { content, problems: found } = check(source);
        problems.push(...found);
        return content === undefined ? [] : [{ source, content }];
      });

  const [projectFile] = checkAll(sources.project ? [sources.project] : [], checkProjectSchema);
  const flags = checkAll(sources.flags, checkFlagSchema);
  const segments = checkAll(sources.segments, checkSegmentSchema);
  const groups = checkAll(sources.groups, checkGroupSchema);
  const [lock] = checkAll(sources.lock ? [sources.lock] : [], checkAllocationSchema);
  const audiences = projectFile && checkAudiences(projectFile.source, projectFile.content);
  const environments = new Set(
    Object.values(projectFile?.content.audiences ?? {}).map((audience) => audience.environment),
  );
  const names: Names = {
    segments: new Set(sources.segments.map(keyWrittenIn).sort()),
    flags: namesOf(sources.flags, flags, variantNamesOf, []),
    groups: namesOf(sources.groups, groups, (group) => group, undefined),
    environments,
  };

  problems.push(
    ...(audiences?.problems ?? []),
    ...flags.flatMap(({ source, content }) => checkFlag(source, content, names)),
    ...segments.flatMap(({ source, content }) => checkCondition(source, ["when"], content.when, names)),
    ...groups.flatMap(({ source, content }) => checkGroup(source, content)),
    ...checkReserved(segments),
    ...checkUnique(flags, "flag"),
    ...checkUnique(segments, "segment"),
    ...checkUnique(groups, "group"),
    ...checkReferences(flags, segments),
    ...checkPrerequisiteScope(flags),
    ...(lock ? checkAllocation(lock.source, lock.content) : []),
  );
  const ordered = inReadingOrder(problems);
  if (hasErrors(ordered) || !projectFile || !audiences) return { problems: ordered };
  const project: Project = {
    trustDomain: projectFile.content.trustDomain,
    audiences: audiences.audiences,
    flags: inKeyOrder(flags),
    segments: inKeyOrder(segments),
    groups: inKeyOrder(groups),
  };
  return { project, allocation: lock?.content ?? NO_ALLOCATION, problems: ordered };
}

function checkReserved(segments: readonly Checked<SegmentFile>[]): Problem[] {
  const taken = segments.filter(({ content }) => content.key === EVERYBODY);
  return taken.map(({ source }) => {
    const text = {
      message: `"${EVERYBODY}" is the segment of rules without a condition`,
      expected: "another key",
      example: "key: employees",
    };
    return problemAt(source, ["key"], "value", text);
  });
}

function checkUnique(files: readonly Checked<{ readonly key: string }>[], what: string): Problem[] {
  const firstOf = new Map<string, SourceFile>();
  return files.flatMap(({ source, content }) => {
    const first = firstOf.get(content.key);
    if (first === undefined) firstOf.set(content.key, source);
    if (first === undefined) return [];
    const text = {
      message: `the ${what} "${content.key}" is already in ${first.path}`,
      expected: `one file for each ${what}`,
      example: `key: ${content.key}-2`,
    };
    return [problemAt(source, ["key"], "value", text)];
  });
}

function variantNamesOf(flag: FlagFile): readonly string[] {
  return Object.keys(variantsOf(flag));
}

/** What is known of each file by its key, in order; of files that are wrong, that they are there. */
function namesOf<T extends { readonly key: string }, V>(
  sources: readonly SourceFile[],
  checked: readonly Checked<T>[],
  known: (content: T) => V,
  unknown: V,
): ReadonlyMap<string, V> {
  const names = new Map<string, V>(
    sources
      .map(keyWrittenIn)
      .sort()
      .map((key) => [key, unknown]),
  );
  for (const { content } of checked) names.set(content.key, known(content));
  return names;
}

/** The key of a file (or what it probably is) even where the file is wrong, so that one mistake is not reported as two. */
function keyWrittenIn({ content, path }: SourceFile): string {
  const { key } = (content ?? {}) as { readonly key?: unknown };
  return typeof key === "string" && key !== "" ? key : basename(path, extname(path));
}

function inKeyOrder<T extends { readonly key: string }>(files: readonly Checked<T>[]): T[] {
  return files.map(({ content }) => content).sort((a, b) => (a.key < b.key ? -1 : 1));
}
