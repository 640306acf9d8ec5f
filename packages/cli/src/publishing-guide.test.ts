/** docs/publishing.md, docs/rollout.md, docs/flag-tools.md and the runbooks, run as they stand: every command, and every line that they show. @module */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publishBundles, readBuild, readKeys } from "@aplomb/authoring";
import { openRoot } from "@aplomb/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runGuide } from "../testdata/guide.js";
import { hasBrowser } from "../testdata/guide-browser.js";
import { runHere } from "../testdata/run-here.js";

const slow = { timeout: 120_000 };
/** Why the page's half is not run, where it is not; under CI that fails before any test (vitest.config.ts). */
const notice = hasBrowser() ? "" : " (the page is left out: no Chromium found)";
const start = process.cwd();
const YEAR_MS = 365 * 86_400_000;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "aplomb-guide-"));
  process.chdir(dir);
});
afterEach(() => {
  process.chdir(start);
  rmSync(dir, { recursive: true });
});

/** Runs all of a guide; what it does not show as it is, is in the answer. */
async function differencesOf(path: string, variables: Record<string, string>, replace: Record<string, string> = {}) {
  const differences: object[] = [];
  let steps = 0;
  for await (const { commands, printed, missing, surprises } of runGuide(path, { variables, replace })) {
    steps += 1;
    if (missing.length + surprises.length > 0) differences.push({ commands, missing, surprises, printed });
    if (existsSync("keys/1.root")) variables.OLD ??= readRoot("keys/1.root").bundle.keys[0]?.keyid as string;
  }
  expect(steps).toBeGreaterThan(0);
  return differences;
}

function readRoot(path: string) {
  return openRoot(readFileSync(path));
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

test(
  `docs/publishing.md: keys, flags, lint, build, sign, publish, a Node client and a page, rotate, revoke; B-15 old manifests are refused everywhere${notice}`,
  slow,
  async () => {
    const replace = { "4610": String(await freePort()), "4611": String(await freePort()) };
    expect(await differencesOf("docs/publishing.md", {}, replace)).toEqual([]);
  },
);

test("docs/rollout.md: rings, halt, skipping", slow, async () => {
  expect(await differencesOf("docs/rollout.md", {})).toEqual([]);
});

test("docs/flag-tools.md: lint, diff, impact, types, explain", slow, async () => {
  expect(await differencesOf("docs/flag-tools.md", {})).toEqual([]);
});

describe("docs/runbooks", () => {
  /** A project that has published version 1; the names of its keys. */
  const publishFirst = async (): Promise<Record<string, string>> => {
    mkdirSync("flags");
    writeFileSync(
      "aplomb.yaml",
      "trustDomain: shop.example\naudiences: { web.production: { kind: browser, environment: production, clientKey: web-shop } }\n",
    );
    writeFileSync(
      "flags/a.yaml",
      "{ key: a, type: boolean, clientVisible: true, rules: [{ name: all, serve: on }] }\n",
    );
    for (const line of ["keygen --trust-domain shop.example --dir keys", ...publishing]) {
      expect(await runHere(line.split(" "))).toMatchObject({ code: 0, stderr: "" });
    }
    const { root, bundle } = readRoot("keys/1.root");
    return { BUNDLE: bundle.keys[0]?.keyid ?? "", ROOT1: root.keys[0]?.keyid ?? "" };
  };
  const publishing = ["build . --out build", "sign build --keys keys --after public", "publish public --build build"];

  test("lost-key.md", slow, async () => {
    expect(await differencesOf("docs/runbooks/lost-key.md", await publishFirst())).toEqual([]);
  });

  test("stolen-bundle-key.md", slow, async () => {
    expect(await differencesOf("docs/runbooks/stolen-bundle-key.md", await publishFirst())).toEqual([]);
  });

  test("expired-root.md", slow, async () => {
    const variables = await publishFirst();
    const { advanceRoot } = await import("@aplomb/authoring");
    await advanceRoot("keys", { atMs: Date.now() - YEAR_MS - 86_400_000 });
    expect(await differencesOf("docs/runbooks/expired-root.md", variables)).toEqual([]);
  });

  test("wrong-clock.md", slow, async () => {
    const variables = await publishFirst();
    rmSync("public", { recursive: true });
    const monthsAhead = Date.now() + YEAR_MS / 3;
    await publishBundles(await readBuild("build"), { dir: "public", keys: await readKeys("keys"), atMs: monthsAhead });
    expect(await differencesOf("docs/runbooks/wrong-clock.md", variables)).toEqual([]);
  });

  test("bad-rollout.md", slow, async () => {
    const variables = await publishFirst();
    const flag = "{ key: a, type: boolean, clientVisible: true, rules: [{ name: all, serve: off }] }\n";
    writeFileSync("flags/a.yaml", flag);
    const [build = "", sign = "", publish = ""] = publishing;
    for (const line of [build, `${sign} --rings`, publish]) {
      expect(await runHere(line.split(" "))).toMatchObject({ code: 0, stderr: "" });
    }
    expect(await differencesOf("docs/runbooks/bad-rollout.md", variables)).toEqual([]);
  });

  test("bad-publish.md", slow, async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@shop.example", ...args], { stdio: "pipe" });
    const variables = await publishFirst();
    git("init", "--quiet");
    git("add", "flags");
    git("commit", "--quiet", "-m", "good");
    copyFileSync("public/v1/web.production/manifest", "version-1-manifest");
    appendFileSync(
      "flags/b.yaml",
      "{ key: b, type: boolean, clientVisible: true, rules: [{ name: all, serve: on }] }\n",
    );
    writeFileSync(
      "flags/a.yaml",
      "{ key: a, type: boolean, clientVisible: true, rules: [{ name: all, serve: off }] }\n",
    );
    git("add", "flags");
    git("commit", "--quiet", "-m", "bad");
    for (const line of publishing) expect(await runHere(line.split(" "))).toMatchObject({ code: 0, stderr: "" });
    copyFileSync("public/v1/web.production/manifest", "version-2-manifest");
    expect(await differencesOf("docs/runbooks/bad-publish.md", variables)).toEqual([]);
  });
});
