/** Prints the gzip size of what users load, beside its budget; fails when one is over without a reason. @module */
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { repositoryRoot } from "./run-command.js";

interface Budget {
  readonly what: string;
  /** The module a user would write. */
  readonly source: string;
  /** Gzip bytes loaded at once. */
  readonly limitBytes: number;
  /** What the page has anyway, so that it does not count. */
  readonly external?: readonly string[];
  /** How far this one may be over its limit, and why. */
  readonly allowance?: { readonly upToBytes: number; readonly because: string };
}

interface Measurement {
  readonly eagerBytes: number;
  /** Chunks loaded later, by the name of their source. */
  readonly lazy: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/** What a page with React and a client has anyway. */
const besideReact = ["react", "@aplomb/browser", "@aplomb/client", "@aplomb/core", "@aplomb/core/reading"];

const budgets: readonly Budget[] = [
  {
    what: "browser client",
    source: 'export { createFlagClient } from "@aplomb/browser";',
    limitBytes: 12_000,
    allowance: {
      upToBytes: 39_000,
      because:
        "half of it is the evaluator, below. The rest verifies a manifest and its keys, restores and keeps bundles, takes in exposures, checks options and whose ring a manifest is for, and reads for contexts with sticky assignments or remote flags; what sends exposures and what keeps a bundle current come right after (decision 22).",
    },
  },
  {
    what: "React, beyond the client",
    source: 'export { FlagProvider, useFlag, useFlagClient, useFlagDetails, useFlagStatus } from "@aplomb/react";',
    limitBytes: 1_500,
    external: besideReact,
  },
  {
    what: "React, every name of the entry",
    source: 'export * from "@aplomb/react";',
    limitBytes: 1_500,
    external: besideReact,
    allowance: {
      upToBytes: 1_750,
      because: "<Flag>, useSuspenseFlag and useTrack cost the pages that name them, and no others (decision 28).",
    },
  },
  {
    what: "React, with a server's snapshot",
    source: 'export { useFlag } from "@aplomb/react"; export * from "@aplomb/react/hydration";',
    limitBytes: 2_500,
    external: besideReact,
  },
  {
    what: "evaluator alone",
    source: 'export { evaluate, openBundle } from "@aplomb/core";',
    limitBytes: 6_000,
    allowance: {
      upToBytes: 19_600,
      because:
        "all operators, conversions and sticky assignments, the bounded wire reader, SHA-256, the table of conditions, 2 kB that W3 and W4 need, and the bounds on what long texts and empty records cost are in it.",
    },
  },
];

async function measure({ source, external = [] }: Budget): Promise<Measurement> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: repositoryRoot, sourcefile: "page.ts" },
    absWorkingDir: repositoryRoot,
    outdir: "out",
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["@aplomb/source"],
    external: [...external],
    logLevel: "error",
  });
  const sizes = new Map(
    outputFiles.map(({ path, contents }) => [
      path.slice(repositoryRoot.length + 1),
      gzipSync(contents, { level: 9 }).length,
    ]),
  );
  const eager = eagerChunks(metafile);
  const sizeOf = (path: string): number => sizes.get(path) ?? 0;
  return {
    eagerBytes: [...eager].reduce((sum, path) => sum + sizeOf(path), 0),
    lazy: [...sizes.keys()]
      .filter((path) => !eager.has(path))
      .map((path) => ({ name: nameOf(path, metafile), sizeBytes: sizeOf(path) })),
  };
}

/** The entry and everything it imports statically. */
function eagerChunks({ outputs }: Metafile): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && outputs[next]) visit(next);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) if (entryPoint === "page.ts") visit(path);
  return seen;
}

/** The source a lazy chunk begins with; a chunk shared by several has none and is named after its largest part. */
function nameOf(path: string, { outputs }: Metafile): string {
  const output = outputs[path];
  const parts = Object.entries(output?.inputs ?? {}).sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
  return output?.entryPoint ?? `shared: ${parts[0]?.[0] ?? path}`;
}

function verdict({ limitBytes, allowance }: Budget, { eagerBytes }: Measurement): "within" | "over, allowed" | "over" {
  if (eagerBytes <= limitBytes) return "within";
  return eagerBytes <= (allowance?.upToBytes ?? limitBytes) ? "over, allowed" : "over";
}

function row(name: string, sizeBytes: number, rest: string): string {
  return `${name.padEnd(44)} ${sizeBytes.toLocaleString("en").padStart(8)} B  ${rest}`;
}

for (const budget of budgets) {
  const measured = await measure(budget);
  const outcome = verdict(budget, measured);
  const limit = budget.limitBytes.toLocaleString("en");
  console.log(row(budget.what, measured.eagerBytes, `of ${limit.padStart(6)} B  ${outcome}`));
  if (budget.allowance)
    console.log(`  up to ${budget.allowance.upToBytes.toLocaleString("en")} B: ${budget.allowance.because}`);
  for (const { name, sizeBytes } of measured.lazy) console.log(row(`  lazy: ${name}`, sizeBytes, ""));
  if (outcome === "over") process.exitCode = 1;
}
