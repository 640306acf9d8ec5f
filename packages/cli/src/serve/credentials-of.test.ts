/** Clients from a file: their names, keys, origins and rates, and what is said of a file that is wrong. @module */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Audience } from "@aplomb/authoring";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { credentialsOf } from "./credentials-of.js";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const audiences: Audience[] = [
  ...[{ name: "web", kind: "browser", environment: "e", clientKey: "web-shop", clientKeySha256: sha256("web-shop") }],
  ...[{ name: "api", kind: "service", environment: "e", clientKeySha256: sha256("old") }],
] as Audience[];

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "aplomb-clients-"));
});
afterEach(() => rm(dir, { recursive: true }));

const read = async (text: string) => {
  const path = join(dir, "clients.yaml");
  await writeFile(path, text);
  return credentialsOf(audiences, path);
};

describe("credentialsOf", () => {
  test("without a file: the keys of aplomb.yaml", async () => {
    expect(await credentialsOf(audiences, undefined)).toEqual([
      { kind: "browser", audience: "web", key: "web-shop" },
      { kind: "service", audience: "api", keySha256: sha256("old") },
    ]);
  });

  test("with a file: several keys of each client, and the keys of aplomb.yaml that it does not name", async () => {
    const found = await read(`
clients:
  shop:
    audiences: [web]
    keys: [web-shop, web-shop-2]
    origins: [https://shop.example]
    rate: { perSecond: 20 }
  billing:
    audiences: [api]
    keysSha256: [${sha256("new")}]
`);
    const shop = { kind: "browser", client: "shop", audience: "web", rate: { perSecond: 20 } };
    expect(found).toEqual([
      { ...shop, key: "web-shop", allowedOrigins: ["https://shop.example"] },
      { ...shop, key: "web-shop-2", allowedOrigins: ["https://shop.example"] },
      { kind: "service", client: "billing", audience: "api", keySha256: sha256("new") },
      { kind: "service", audience: "api", keySha256: sha256("old") },
    ]);
  });

  test.each([
    { text: "clients: { a: { audiences: [ios], keys: [key-of-a] } }", says: 'aplomb.yaml has no audience "ios"' },
    { text: "clients: { a: { audiences: [api], keys: [key-of-a] } }", says: "whose keys are secret" },
    { text: `clients: { a: { audiences: [web], keysSha256: [${sha256("a")}] } }`, says: "whose keys are public" },
    {
      text: "clients: { a: { audiences: [web], keys: [one-key-1] }, b: { audiences: [web], keys: [one-key-1] } }",
      says: 'the client "a" has this key already',
    },
    {
      text: "clients: { a: { audiences: [web], keys: [key-of-a], rate: { perSecond: 0 } } }",
      says: "a number above 0",
    },
    {
      text: "clients: { a: { audiences: [web], keys: [key-of-a], origins: ['https://x/'] } }",
      says: "without a slash",
    },
    { text: "clients: [", says: "clients.yaml:1:" },
  ])("$text: $says", async ({ text, says }) => {
    await expect(read(text)).rejects.toThrow(says);
  });
});
