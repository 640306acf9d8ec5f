/** Finds and reads the files of a project directory. @module */
import { isUtf8 } from "node:buffer";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { LOCK_FILE } from "../allocation.js";
import type { Problem } from "../problem.js";
import type { ProjectSources } from "../project-sources.js";
import { problemBetween, type SourceFile } from "../source-file.js";
import { readSource } from "./read-source.js";

/** The largest file that is read: one that people write, and one that is written for them. */
const MAX_FILE_BYTES = 1_048_576;
const MAX_LOCK_BYTES = 16_777_216;
const EXTENSIONS: readonly string[] = [".yaml", ".yml", ".json"];
const PROJECT_FILES: readonly string[] = ["aplomb.yaml", "aplomb.yml", "aplomb.json"];

/**
 * Reads `aplomb.yaml`, and every YAML and JSON file below `flags/`, `segments/` and `groups/`, in the order of their paths, and
 * `allocation.lock`.
 *
 * Files and folders whose names begin with a dot are passed over. Never rejects for what it finds: that is a problem
 * in the answer.
 *
 * @param dir - The project's directory.
 */
export async function readProject(dir: string): Promise<ProjectSources> {
  const problems: Problem[] = [];
  const readAll = async (paths: readonly string[]): Promise<SourceFile[]> => {
    const sources: SourceFile[] = [];
    for (const path of paths) {
      const read = await readOne(dir, path);
      problems.push(...read.problems);
      if (read.source) sources.push(read.source);
    }
    return sources;
  };
  const names: readonly string[] = await readdir(dir).catch(() => []);
  const [project] = await readAll(PROJECT_FILES.filter((name) => names.includes(name)).slice(0, 1));
  const readFolder = async (folder: string): Promise<SourceFile[]> => {
    const { paths, problem } = await filesBelow(dir, folder);
    if (problem !== undefined) problems.push(problem);
    return readAll(paths);
  };
  const flags = await readFolder("flags");
  const segments = await readFolder("segments");
  const groups = await readFolder("groups");
  const [lock] = await readAll(names.filter((name) => name === LOCK_FILE));
  if (lock?.content === undefined && lock !== undefined) problems.push(...conflictIn(lock));
  if (!PROJECT_FILES.some((name) => names.includes(name))) problems.push(missingProject());
  return { project, flags, segments, groups, lock, problems };
}

/** What version control leaves in a file that two branches changed. */
function conflictIn(lock: SourceFile): Problem[] {
  const start = /^<{7} /m.exec(lock.text)?.index;
  if (start === undefined) return [];
  const text = {
    message: "two branches changed this file, and the conflict is not resolved",
    expected:
      "either side whole, then `aplomb build`: what the other side changed is moved again, as little as possible",
    example: "git checkout --theirs allocation.lock",
  };
  return [problemBetween(lock, start, lock.text.length, text)];
}

async function readOne(dir: string, path: string): Promise<{ source?: SourceFile; problems: readonly Problem[] }> {
  try {
    const { size } = await stat(join(dir, path));
    if (size > (path === LOCK_FILE ? MAX_LOCK_BYTES : MAX_FILE_BYTES))
      return {
        problems: [unreadable(path, `it has ${size} bytes`, `at most ${path === LOCK_FILE ? 16 : 1} MiB in a file`)],
      };
    const bytes = await readFile(join(dir, path));
    const text = bytes.toString("utf8");
    if (!isUtf8(bytes)) return { problems: [notText(path, bytes, text)] };
    return readSource(path, text.replace(/^\ufeff/, ""));
  } catch (error) {
    return { problems: [unreadable(path, (error as Error).message, "a readable text file of YAML or JSON")] };
  }
}

/** Bytes that are no UTF-8 would be read as U+FFFD, each the same as all others: names and literals would not be what was written. */
function notText(path: string, bytes: Buffer, text: string): Problem {
  const again = Buffer.from(text);
  const bad = again.findIndex((byte, index) => byte !== bytes[index]);
  const above = again.subarray(0, bad).toString("utf8").split("\n");
  return {
    ...unreadable(path, "the bytes from here on are no UTF-8", "a file saved as UTF-8"),
    line: above.length,
    column: (above.at(-1)?.length ?? 0) + 1,
  };
}

/**
 * Paths with forward slashes, relative to dir. A folder that is not there is empty; one that cannot be read is not, or all its
 * flags would be taken for deleted.
 */
async function filesBelow(dir: string, folder: string): Promise<{ paths: readonly string[]; problem?: Problem }> {
  try {
    const entries = await readdir(join(dir, folder), { withFileTypes: true, recursive: true });
    const paths = entries
      .filter((entry) => !entry.isDirectory() && EXTENSIONS.includes(extname(entry.name)))
      .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
    return { paths: paths.filter((path) => !path.includes("/.")).sort() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { paths: [] };
    return { paths: [], problem: unreadable(folder, (error as Error).message, "a folder that can be read") };
  }
}

function missingProject(): Problem {
  return {
    ...unreadable("aplomb.yaml", "there is no such file", "a project file beside flags/ and segments/"),
    example:
      "trustDomain: shop.example\naudiences:\n  service.production: { kind: service, environment: production, clientKeySha256: … }",
  };
}

function unreadable(file: string, why: string, expected: string): Problem {
  return {
    severity: "error",
    file,
    line: 1,
    column: 1,
    length: 1,
    message: `the file cannot be read: ${why}`,
    expected,
    example: "",
  };
}
