/** The version that batches name is the one that is published. @module */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "./node-host.js";

test("VERSION is the package's", () => {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(VERSION).toBe(JSON.parse(manifest).version);
});
