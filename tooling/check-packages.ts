/** Packs every public package and lints what a user would install: the tarball, its types, its declared dependencies. @module */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { reportProblems } from "./report-problems.js";
import { runCommand } from "./run-command.js";
import { type Workspace, workspaces } from "./workspaces.js";

interface PackedPackage {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

const importedName = /(?:\bfrom|\bimport\(|\bimport)\s*"([@a-z][\w@./:-]*)"/g;

async function pack(workspace: Workspace, folder: string): Promise<PackedPackage> {
  const { code, output } = await runCommand(
    "npm",
    ["pack", workspace.folder, "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder],
    { cwd: folder },
  );
  const packed: readonly PackedPackage[] = code === 0 ? JSON.parse(output.slice(output.indexOf("["))) : [];
  const [first] = packed;
  if (!first) throw new Error(`npm pack of ${workspace.name} failed:\n${output}`);
  return first;
}

/** What publint says about the tarball, suggestions included. */
async function publintProblems(tarball: string): Promise<string[]> {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  return messages.map((message) => `publint: ${formatMessage(message, pkg)}`);
}

/** What “are the types wrong” says about the tarball; its CommonJS and node10 columns do not count for ESM-only packages. */
async function typeProblems(tarball: string): Promise<string[]> {
  const { code, output } = await runCommand("attw", [
    tarball,
    "--profile",
    "esm-only",
    "--no-emoji",
    "--format",
    "ascii",
  ]);
  return code === 0 ? [] : [`attw:\n${output}`];
}

/** Imports in the built files that an installation would not bring along. */
function undeclaredImports(workspace: Workspace, { files }: PackedPackage): string[] {
  const built = files.map(({ path }) => path).filter((path) => /^(?:dist|gen)\/.*\.(?:js|d\.ts)$/.test(path));
  const names = built.flatMap((path) =>
    [...readFileSync(join(workspace.folder, path), "utf8").matchAll(importedName)].map(([, name = ""]) =>
      packageOf(name),
    ),
  );
  return [...new Set(names)]
    .filter((name) => name !== workspace.name && !isBuiltin(name) && !workspace.runtimeDependencies.has(name))
    .map((name) => `imports ${name}, which its package.json does not declare`);
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function missingFiles({ files }: PackedPackage): string[] {
  const packed = files.map(({ path }) => path);
  return ["LICENSE", "README.md"].filter((name) => !packed.includes(name)).map((name) => `has no ${name}`);
}

async function problemsOf(workspace: Workspace, folder: string): Promise<string[]> {
  const packed = await pack(workspace, folder);
  const tarball = join(folder, packed.filename);
  const problems = [
    ...missingFiles(packed),
    ...undeclaredImports(workspace, packed),
    ...(await publintProblems(tarball)),
    ...(await typeProblems(tarball)),
  ];
  return problems.map((problem) => `${workspace.name}: ${problem}`);
}

const folder = mkdtempSync(join(tmpdir(), "aplomb-packed-"));
try {
  const packages = workspaces().filter(({ isPublic }) => isPublic);
  const problems = await Promise.all(packages.map((workspace) => problemsOf(workspace, folder)));
  reportProblems("packages", problems.flat());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
