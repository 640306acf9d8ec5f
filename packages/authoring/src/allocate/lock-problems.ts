/** Says where allocation.lock and the files of a project disagree, and how to mend it. @module */
import { type Allocation, boundsIn, bucketsIn, type Line, LOCK_FILE, lineIn, lineKeyOf } from "../allocation.js";
import { percentOf } from "../bucket-line.js";
import { type DrawnBy, drawnByGroup, drawnByRule } from "../drawn-by.js";
import type { Problem, ProblemText } from "../problem.js";
import type { Project } from "../project.js";
import { type Path, problemAt, type SourceFile } from "../source-file.js";
import { formatAllocation } from "./format-allocation.js";
import { type SealVerdict, verdictOf } from "./seal-line.js";

/** A lock, and what it is held to. */
export interface LockSubject {
  readonly project: Pick<Project, "flags" | "groups">;
  /** The files that flags and groups came from, by key. */
  readonly sources: {
    readonly flags: ReadonlyMap<string, SourceFile>;
    readonly groups: ReadonlyMap<string, SourceFile>;
  };
  /** Undefined when there is none. */
  readonly lock: SourceFile | undefined;
  /** What the lock should say. */
  readonly after: Allocation;
}

/** A line that the project needs: what asks for it, and where that is written. */
interface Needed {
  readonly title: "rules" | "groups";
  readonly key: string;
  readonly drawnBy: DrawnBy;
  readonly source: SourceFile;
  readonly path: Path;
}

const MEND = "the file as `aplomb build` writes it: run it, and commit the file with the flags";

/**
 * Warnings that a build gives too, because it goes by the lock all the same: lines whose ranges somebody edited, that nobody
 * sealed, or that were cut for another salt or unit.
 */
export function suspectLines(subject: LockSubject): Problem[] {
  const { lock } = subject;
  if (lock === undefined) return [];
  const before = allocationIn(lock);
  return neededBy(subject).flatMap(({ title, key, drawnBy }) => {
    const line = lineIn(before[title], key);
    const verdict = line && verdictOf(lineIn(before.seals ?? {}, key), key, drawnBy, line);
    if (verdict === undefined || verdict === "whole") return [];
    return [problemAt(lock, [title, key], "key", { severity: "warning", ...SUSPICIONS[verdict](key) })];
  });
}

/**
 * Warnings of what the next build would write: lines that are missing, that nobody needs, or that have other shares than the
 * files. Whoever builds from these files without keeping the lock moves units that need not move.
 */
export function outdatedLines(subject: LockSubject): Problem[] {
  const { lock, after } = subject;
  const needed = neededBy(subject);
  if (lock === undefined) return needed.length === 0 ? [] : [missingLock(needed.length)];
  const before = allocationIn(lock);
  const problems = [
    ...needed.flatMap((line) => outdatedLine(line, lock, before, after)),
    ...(["rules", "groups"] as const).flatMap((title) =>
      Object.keys(before[title])
        .filter((key) => lineIn(after[title], key) === undefined)
        .map((key) => warning(lock, [title, key], unused(title, key))),
    ),
  ];
  const isSaid = problems.length > 0 || suspectLines(subject).length > 0;
  if (isSaid || hasText(lock, formatAllocation(after))) return problems;
  return [warning(lock, [], { message: "`aplomb build` would write this file in another way", expected: MEND })];
}

/** Whether a lock says a text, whatever its line ends. */
export function hasText({ text }: SourceFile, wanted: string): boolean {
  return text.replaceAll("\r\n", "\n") === wanted;
}

/** What a lock keeps; it holds to its schema where there is no error. */
function allocationIn(lock: SourceFile): Allocation {
  return lock.content as Allocation;
}

function neededBy({ project, sources }: LockSubject): Needed[] {
  const ofRules = project.flags.flatMap((flag) => {
    const source = sources.flags.get(flag.key);
    return (flag.rules ?? []).flatMap((rule, index): Needed[] => {
      if (source === undefined || rule.serve !== undefined) return [];
      const line = { title: "rules" as const, key: lineKeyOf(flag, rule), drawnBy: drawnByRule(flag, rule) };
      return [{ ...line, source, path: ["rules", index, "name"] }];
    });
  });
  const ofGroups = project.groups.flatMap((group): Needed[] => {
    const source = sources.groups.get(group.key);
    if (source === undefined) return [];
    return [{ title: "groups", key: group.key, drawnBy: drawnByGroup(group), source, path: ["key"] }];
  });
  return [...ofRules, ...ofGroups];
}

function outdatedLine(
  { title, key, source, path }: Needed,
  lock: SourceFile,
  before: Allocation,
  after: Allocation,
): Problem[] {
  const [had, wanted] = [lineIn(before[title], key), lineIn(after[title], key)];
  if (wanted === undefined) return [];
  if (had === undefined) {
    const what = title === "rules" ? `the split of "${key}"` : `the group "${key}"`;
    const text = { message: `${what} is not in ${LOCK_FILE}`, expected: MEND };
    return [problemAt(source, path, "value", { severity: "warning", ...text })];
  }
  const names = [...new Set([...Object.keys(had), ...Object.keys(wanted)])];
  const other = names.filter((name) => sizeIn(had, name) !== sizeIn(wanted, name));
  const [first] = other;
  if (first === undefined) return [];
  const shares = (line: Line) => other.map((name) => `${name} ${percentOf(sizeIn(line, name))}`).join(", ");
  const message = `${source.path} asks for ${shares(wanted)}, and this line has ${shares(had)}`;
  return [warning(lock, [title, key, ...(Object.hasOwn(had, first) ? [first] : [])], { message, expected: MEND })];
}

function warning(source: SourceFile, path: Path, text: ProblemText): Problem {
  return problemAt(source, path, "key", { severity: "warning", ...text });
}

function sizeIn(line: Line, name: string): number {
  return bucketsIn(boundsIn(line, name));
}

function unused(title: "rules" | "groups", key: string): ProblemText {
  const what = title === "rules" ? "no rule of that name splits units" : "no file has that group";
  return { message: `nobody needs the line "${key}": ${what}`, expected: `${MEND}; if it was renamed, its units move` };
}

const SUSPICIONS: Readonly<Record<Exclude<SealVerdict, "whole">, (key: string) => ProblemText>> = {
  edited: (key) => ({
    message: `the ranges of "${key}" are not those that its seal was made for: somebody edited them, or merged them by hand`,
    expected:
      "the line and its seal as a build wrote them; or, if units are meant to move, `aplomb build`, which seals the line anew",
    example: `git checkout ${LOCK_FILE}`,
  }),
  missing: (key) => ({
    message: `the line "${key}" has no seal: no build wrote it`,
    expected: "the line and its seal as a build wrote them; or, if it is meant, `aplomb build`, which seals it",
    example: `git checkout ${LOCK_FILE}`,
  }),
  "drawn otherwise": (key) => ({
    message: `the line "${key}" was cut for another salt or unit: with the one that it has now, every unit is drawn anew`,
    expected:
      "the salt and the unit that it had; or, if a new draw is meant, `aplomb build`, which seals the line for it",
  }),
};

function missingLock(lines: number): Problem {
  return {
    severity: "warning",
    file: LOCK_FILE,
    line: 1,
    column: 1,
    length: 1,
    message: `there is no such file, and ${lines === 1 ? "a line of buckets" : `${lines} lines of buckets`} to keep in it`,
    expected: MEND,
    example: "",
  };
}
