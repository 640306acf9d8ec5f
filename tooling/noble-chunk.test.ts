/** B-20: how much a browser without Ed25519 loads to have it, and that others load none of it. @module */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { repositoryRoot } from "./run-command.js";

test("B-20 the lazy chunk is at most 4 KiB in gzip, and nothing of it is loaded at once", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { createFlagClient } from "@aplomb/browser";', resolveDir: repositoryRoot },
    ...{ absWorkingDir: repositoryRoot, outdir: "out", write: false, logLevel: "error" },
    ...{ bundle: true, splitting: true, minify: true, format: "esm", platform: "browser", target: "es2022" },
    conditions: ["@aplomb/source"],
  });
  // The number d of the curve is in its code and in no other.
  const withCurve = outputFiles.filter(({ text }) =>
    /52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3/.test(text),
  );
  expect(withCurve.map(({ path }) => path.replace(/^.*\/(.*)-[^-]*$/, "$1"))).toEqual(["noble-ed25519"]);
  expect(gzipSync(withCurve[0]?.contents ?? "").length).toBeLessThanOrEqual(4_096);
});
