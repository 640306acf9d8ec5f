/** What makes a package-lock.json unfit for other machines. @module */

/** The parts of package-lock.json (version 3) that are read here. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** One entry of the lock; its key is the folder it is installed in, "" for the root. */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Names every entry that points at a registry host, and every optional dependency (in practice: one platform's binary) without
 * an entry of its own. The first ties the lock to one network, the second makes `npm ci` refuse it or leaves a platform without its binary.
 */
export function lockfileProblems({ packages }: Lockfile): string[] {
  return Object.entries(packages).flatMap(([folder, entry]) => [
    ...hostProblems(folder, entry),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((dependency) => !foldersSeenFrom(folder, dependency).some((seen) => packages[seen]?.version))
      .map((dependency) => `${folder || "the root"}: no entry for its optional dependency ${dependency}`),
  ]);
}

function hostProblems(folder: string, { resolved }: LockedPackage): string[] {
  if (!resolved || !URL.canParse(resolved)) return [];
  const { host } = new URL(resolved);
  return host ? [`${folder}: names the host ${host}; keep omit-lockfile-registry-resolved=true in .npmrc`] : [];
}

/** The folders in which Node would look for `dependency`, nearest first. */
function foldersSeenFrom(folder: string, dependency: string): string[] {
  const parts = folder === "" ? [] : folder.split("/");
  const ancestors = Array.from({ length: parts.length + 1 }, (_, dropped) => parts.slice(0, parts.length - dropped));
  return ancestors
    .filter((ancestor) => ancestor.at(-1) !== "node_modules")
    .map((ancestor) => [...ancestor, "node_modules", dependency].join("/"));
}
