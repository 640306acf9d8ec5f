/** The README's examples are these files, and they work. @module */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openRoot } from "@aplomb/core";
import { openEmbeddedStore } from "@aplomb/server";
import { serveProject } from "aplomb";
import { describe, expect, test } from "vitest";
import { trust } from "./trust.js";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../../..", import.meta.url));
const readme = readFileSync(join(repository, "README.md"), "utf8");

/** The code block behind a marker comment, or the first of a language. */
function blockOf(start: string): string {
  const from = readme.indexOf(start);
  return readme.slice(
    readme.indexOf("\n", readme.indexOf("```", from)) + 1,
    readme.indexOf("\n```", from + start.length + 8),
  );
}

describe("the README shows", () => {
  test.each(["examples/quick-start/src/service.ts", "examples/quick-start/src/page.tsx"])("%s as it is", (path) => {
    const [, ...lines] = readFileSync(join(repository, path), "utf8").trimEnd().split("\n");
    expect(blockOf(`<!-- ${path} -->`)).toBe(lines.join("\n"));
  });
});

test("the page's root is one", () => {
  expect(openRoot(Buffer.from(trust.root, "base64"))).toMatchObject({ trustDomain: "shop.example", version: 1 });
});

test("the README's flag reaches the README's service, and its exposure reaches the store", {
  timeout: 60_000,
}, async () => {
  const dir = mkdtempSync(join(tmpdir(), "aplomb-quick-start-"));
  const clientKey = "secret-of-the-service";
  const clientKeySha256 = createHash("sha256").update(clientKey).digest("hex");
  const audience = { kind: "service", environment: "production", clientKeySha256 };
  mkdirSync(join(dir, "flags"));
  writeFileSync(join(dir, "flags/checkout.yaml"), blockOf("## Flags are files"));
  const project = { trustDomain: "shop.example", audiences: { "service.production": audience } };
  writeFileSync(join(dir, "aplomb.yaml"), JSON.stringify(project));
  const served = await serveProject({ dir, dev: true, port: 0, logger: false });
  try {
    const { stdout } = await run(
      process.execPath,
      ["--conditions=@aplomb/source", "--import=tsx", "examples/quick-start/src/service.ts"],
      {
        cwd: repository,
        env: {
          ...process.env,
          APLOMB_ENDPOINT: served.url,
          APLOMB_CLIENT_KEY: clientKey,
          APLOMB_ROOT: served.rootEnvelope,
        },
      },
    );
    expect(stdout).toMatch(/^user-42 sees (steps|one-page)\n$/);
    await served.close();
    const store = await openEmbeddedStore(served.dataFile);
    const exposures: unknown[] = [];
    for await (const exposure of store.readExposures()) exposures.push(exposure);
    await store.close();
    expect(exposures).toMatchObject([{ flag: "checkout", rule: "experiment", unit: "user-42", timesReported: 1 }]);
  } finally {
    await served.close();
    rmSync(dir, { recursive: true, force: true });
  }
});
