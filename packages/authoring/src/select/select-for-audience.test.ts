/** What of a project an audience may have. @module */
import { describe, expect, test } from "vitest";
import type { FlagFile } from "../flag-file.js";
import type { AudienceKind, Project } from "../project.js";
import { selectForAudience } from "./select-for-audience.js";

const flag = (key: string, file: Partial<FlagFile> = { clientVisible: true }): FlagFile => ({
  key,
  type: "boolean",
  rules: [{ name: "r", serve: "on" }],
  ...file,
});

const project: Project = {
  trustDomain: "shop.example",
  audiences: [],
  flags: [
    flag("everywhere"),
    flag("hidden", { clientVisible: false }),
    flag("noted", {
      clientVisible: true,
      description: "d",
      owner: "o",
      expires: "2027-01-01",
      rules: [{ name: "r", description: "d", serve: "on" }],
    }),
    flag("off", { clientVisible: true, enabled: false }),
    flag("production-only", { clientVisible: true, environments: ["production"] }),
    flag("ruled", {
      clientVisible: true,
      rules: [
        { name: "staff", when: { inSegment: "staff" }, serve: "on" },
        { name: "switched-off", enabled: false, serve: "off" },
        { name: "staging", environments: ["staging"], when: { inSegment: "lab" }, serve: "off" },
      ],
    }),
    flag("remote", { clientVisible: "remote" }),
    flag("unmarked", {}),
  ],
  groups: [],
  segments: [
    { key: "deep", when: { attribute: "x", equals: 1 } },
    { key: "lab", when: { attribute: "x", equals: 2 } },
    { key: "staff", description: "d", when: { not: { inSegment: "deep" } } },
    { key: "unused", when: { attribute: "x", equals: 3 } },
  ],
};

const selectionFor = (kind: AudienceKind, environment: string) =>
  selectForAudience(project, { name: "x", kind, environment, clientKeySha256: "" });

describe("flags", () => {
  test.each([
    {
      kind: "browser",
      environment: "production",
      flags: ["everywhere", "noted", "off", "production-only", "ruled", "remote"],
    },
    { kind: "browser", environment: "staging", flags: ["everywhere", "noted", "off", "ruled", "remote"] },
    {
      kind: "service",
      environment: "staging",
      flags: ["everywhere", "hidden", "noted", "off", "ruled", "remote", "unmarked"],
    },
  ] as const)("of a $kind in $environment", ({ kind, environment, flags }) => {
    expect(selectionFor(kind, environment).flags.map(({ key }) => key)).toEqual(flags);
  });
});

describe("rules, variants and segments", () => {
  test.each([
    { kind: "browser", environment: "production", rules: ["staff"], variants: ["on"], segments: ["deep", "staff"] },
    {
      kind: "browser",
      environment: "staging",
      rules: ["staff", "staging"],
      variants: ["on", "off"],
      segments: ["deep", "lab", "staff"],
    },
    { kind: "service", environment: "production", rules: ["staff"], variants: ["on"], segments: ["deep", "staff"] },
  ] as const)("of a $kind in $environment", ({ kind, environment, rules, variants, segments }) => {
    const selection = selectionFor(kind, environment);
    const ruled = selection.flags.find(({ key }) => key === "ruled");
    expect({
      rules: ruled?.rules?.map(({ name }) => name),
      variants: Object.keys(ruled?.variants ?? {}),
      segments: selection.segments.map(({ key }) => key),
    }).toEqual({ rules, variants, segments });
  });

  test("a flag that is switched off goes bare", () => {
    expect(selectionFor("service", "production").flags.find(({ key }) => key === "off")).toMatchObject({
      rules: [],
      variants: {},
    });
  });
});
