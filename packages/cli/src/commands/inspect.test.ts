/** What nobody vouches for is printed as text, and as nothing else. @module */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleBytes, createTestKey, createTestKeys } from "@aplomb/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runIn } from "../../testdata/run-in-process.js";

/** Clears the screen, moves up a line, goes back to its beginning, and writes a verdict of its own. */
const HOSTILE = "\u001b[2J\u009b1A\r\nok      web.production\u202e";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-inspect-"));
});
afterEach(() => rm(dir, { recursive: true }));

const bundle = { sha256: new Uint8Array(32), sizeBytes: 1n };
test.each<{ name: string; make: () => Promise<Uint8Array> }>([
  {
    name: "a manifest",
    make: async () =>
      (await createTestKeys()).signManifest({ audience: HOSTILE, trustDomain: HOSTILE, bundle }, [
        await createTestKey(HOSTILE.slice(0, 20)),
      ]),
  },
  {
    name: "a root",
    make: async () => {
      const keys = await createTestKeys({ trustDomain: HOSTILE });
      return keys.rootEnvelope;
    },
  },
  { name: "a bundle", make: async () => bundleBytes({ flags: { [HOSTILE]: {} }, segments: { [HOSTILE]: {} } }) },
])("inspect prints $name that would command a terminal, line for line", async ({ make }) => {
  await writeFile(join(dir, "artefact"), await make());
  const { code, stdout } = await runIn(dir, ["inspect", "artefact"]);
  expect(code).toBe(0);
  expect(stdout).toContain("\\u{1b}[2J");
  expect(stdout).not.toMatch(/[\u001b\u009b\r\u202e]|^ok/m);
});

test("inspect prints moments for which there is no date", async () => {
  const keys = await createTestKeys();
  const far = 2n ** 62n;
  await writeFile(join(dir, "artefact"), await keys.signManifest({ issuedAtMs: far, freshUntilMs: far, bundle }));
  expect(await runIn(dir, ["inspect", "artefact"])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("ms since 1970"),
  });
});

test("what a command says of a file is text, too, whatever the file is called", async () => {
  const { code, stderr } = await runIn(dir, ["inspect", `no\u001b[2Jwhere`]);
  expect(code).toBe(1);
  expect(stderr).not.toContain("\u001b");
});
