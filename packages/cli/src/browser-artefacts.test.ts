/** W-13: what anybody may fetch of a project full of secrets holds none of them. @module */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { evaluateAll, openBundle } from "@aplomb/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runHere } from "../testdata/run-here.js";

const start = process.cwd();
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "aplomb-canary-"));
  process.chdir(dir);
});
afterEach(() => {
  process.chdir(start);
  rmSync(dir, { recursive: true });
});

/** Everything that is a secret of the project has this in it. */
const CANARY = "canary";
const FILES: Readonly<Record<string, string>> = {
  "aplomb.yaml": `
trustDomain: shop.example
audiences:
  web.production: { kind: browser, environment: production, clientKey: web-shop }
  service.production: { kind: service, environment: production, clientKeySha256: 88b868d2235ae614348f46dff7a5fed7fcbe40805b06a480e9db64b1b5836a10 }
`,
  "segments/canary-staff.yaml": `
key: canary-staff
description: canary description of a segment
when:
  any:
    - { attribute: accountId, in: [canary-account-1, canary-account-2] }
    - { attribute: plan, equals: canary-plan }
`,
  "flags/visible.yaml": `
key: visible
description: canary description of a flag
owner: canary-team
type: boolean
clientVisible: true
rules:
  - { name: canary-rule, description: canary description of a rule, when: { inSegment: canary-staff }, serve: on }
  - { name: canary-rest, split: { on: 50, off: 50 } }
`,
  "flags/mail.yaml": `
key: mail
type: boolean
clientVisible: true
rules:
  - { name: canary-mails, when: { attribute: email, endsWith: "canary.boss@shop.example" }, serve: on }
`,
  "flags/canary-hidden.yaml": `
key: canary-hidden
type: string
variants: { a: canary-value-a, b: canary-value-b }
rules:
  - { name: all, serve: a }
`,
};

/** Paths of all files under a folder. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile());
}

/** The texts of all private keys, as they are in their files. */
function privateTexts(): string[] {
  return filesUnder("keys").flatMap((path) =>
    [...readFileSync(path, "latin1").matchAll(/"d"\s*:\s*"([^"]+)"/g)].map(([, text = ""]) => text),
  );
}

test("W-13 no canary, e-mail address, private key or hidden flag is in what is served to browsers", {
  timeout: 60_000,
}, async () => {
  for (const folder of ["flags", "segments"]) mkdirSync(folder);
  for (const [path, text] of Object.entries(FILES)) writeFileSync(path, text);
  for (const line of [
    "keygen --trust-domain shop.example --dir keys",
    "build . --out build",
    "sign build --keys keys --after public",
    "publish public --build build",
  ]) {
    const ended = await runHere(line.split(" "));
    expect([line, ended.code, ended.stderr]).toEqual([line, 0, expect.anything()]);
  }
  const secrets = privateTexts();
  expect(secrets.length).toBeGreaterThan(3);

  // What is on the network: all that a browser can ask for without a key.
  const captured: Buffer[] = [];
  const publicFiles = filesUnder("public").filter((path) => !path.includes("service.production"));
  for (const path of publicFiles) captured.push(readFileSync(path));
  const bundles = publicFiles.filter((path) => path.includes("/b/"));
  expect(bundles).toHaveLength(1);
  for (const bytes of captured) {
    const text = bytes.toString("latin1");
    expect(text).not.toContain(CANARY);
    // Longer than what random bytes of a signature spell by chance.
    expect(text).not.toMatch(/[\w.]{2,}@[\w-]{2,}\.[a-z]{2,}/i);
    expect(text).not.toMatch(/PRIVATE|88b868d2235ae614/);
    for (const secret of secrets) {
      expect(text).not.toContain(secret);
      expect(bytes.includes(Buffer.from(secret, "base64url"))).toBe(false);
    }
  }
  const flagSet = openBundle(readFileSync(bundles[0] as string));
  expect([...flagSet.flagKeys].sort()).toEqual(["mail", "visible"]);
  expect(evaluateAll(flagSet, { targetingKey: "u" }).get("mail")?.errorCode).toBe("PROVIDER_NOT_READY");
});
