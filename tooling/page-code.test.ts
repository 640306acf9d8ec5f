/** B-20, W-13: what is in the code that pages load: how much for browsers without Ed25519, and nothing of keys and servers. @module */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { repositoryRoot } from "./run-command.js";

const { outputFiles, metafile } = await build({
  stdin: { contents: 'export { createFlagClient } from "@aplomb/browser";', resolveDir: repositoryRoot },
  ...{ absWorkingDir: repositoryRoot, outdir: "out", write: false, metafile: true, logLevel: "error" },
  ...{ bundle: true, splitting: true, minify: true, format: "esm", platform: "browser", target: "es2022" },
  conditions: ["@aplomb/source"],
});

test("W-13 of this repository, pages load the parts that are made for them", () => {
  const packages = Object.keys(metafile.inputs).map((path) => path.match(/^(?:packages\/\w+|proto|node_modules)/)?.[0]);
  const expected = ["node_modules", "packages/browser", "packages/client", "packages/core", "proto"];
  expect([...new Set(packages)].filter((name) => name && !expected.includes(name))).toEqual([]);
});

test("W-13 their code holds no e-mail address, no key and nothing that signs", () => {
  for (const { text } of outputFiles) {
    expect(text.match(/[\w.+-]+@[\w-]+\.[a-z]{2,}/g) ?? []).toEqual([]);
    expect(text).not.toMatch(/PRIVATE KEY|BEGIN [A-Z ]*KEY|clientSecret|createPrivateKey|"kty"/);
  }
});

test("B-20 the lazy chunk is at most 4 KiB in gzip, and nothing of it is loaded at once", () => {
  // The number d of the curve is in its code and in no other.
  const withCurve = outputFiles.filter(({ text }) =>
    /52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3/.test(text),
  );
  expect(withCurve.map(({ path }) => path.replace(/^.*\/(.*)-[^-]*$/, "$1"))).toEqual(["noble-ed25519"]);
  expect(gzipSync(withCurve[0]?.contents ?? "").length).toBeLessThanOrEqual(4_096);
});
