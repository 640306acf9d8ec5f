/** The lock rules on small locks. @module */
import { describe, expect, test } from "vitest";
import { type Lockfile, lockfileProblems } from "./lockfile-problems.js";

describe("lockfileProblems", () => {
  test.each<{ title: string; packages: Lockfile["packages"]; expected: string[] }>([
    { title: "an empty lock", packages: { "": {} }, expected: [] },
    { title: "a workspace link", packages: { "node_modules/a": { resolved: "packages/a" } }, expected: [] },
    {
      title: "a registry host",
      packages: { "node_modules/a": { resolved: "https://registry.example/a.tgz" } },
      expected: [
        "node_modules/a: names the host registry.example; keep omit-lockfile-registry-resolved=true in .npmrc",
      ],
    },
    {
      title: "a platform binary at the top",
      packages: {
        "node_modules/a": { optionalDependencies: { "a-linux": "1.0.0" } },
        "node_modules/a-linux": { version: "1.0.0" },
      },
      expected: [],
    },
    {
      title: "a platform binary nested under a scoped package",
      packages: {
        "node_modules/b/node_modules/@s/a": { optionalDependencies: { "@s/a-linux": "1.0.0" } },
        "node_modules/b/node_modules/@s/a-linux": { version: "1.0.0" },
      },
      expected: [],
    },
    {
      title: "a missing platform binary",
      packages: {
        "node_modules/a": { optionalDependencies: { "a-darwin": "1.0.0" } },
        "node_modules/b/node_modules/a-darwin": { version: "1.0.0" },
      },
      expected: ["node_modules/a: no entry for its optional dependency a-darwin"],
    },
  ])("$title", ({ packages, expected }) => {
    expect(lockfileProblems({ packages })).toEqual(expected);
  });
});
