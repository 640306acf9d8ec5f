/** Projection: the same answers before and after, and nothing that browsers may not be told. @module */
import { openBundle, type Resolution, resolve } from "@aplomb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contexts, projects } from "../../testdata/random-projects.js";
import { allocateProject } from "../allocate/allocate-project.js";
import { NO_ALLOCATION } from "../allocation.js";
import { compileSelection } from "../build/compile-selection.js";
import { encodeBundle } from "../build/encode-bundle.js";
import type { AudienceKind, Project } from "../project.js";
import { selectForAudience } from "../select/select-for-audience.js";
import { projectBundle } from "./project-bundle.js";

const RUNS = process.env.APLOMB_DEEP === "1" ? 10_000 : 400;

/** A project's bundle for an audience: in clear, with all flags of the environment, and projected. */
const both = (project: Project, kind: AudienceKind) => {
  const allocation = allocateProject(project, NO_ALLOCATION);
  const audience = (of: AudienceKind) => ({ name: "a", kind: of, environment: "e", clientKeySha256: "" });
  const selection = selectForAudience(project, audience(kind));
  const projection = projectBundle(compileSelection(selection, allocation), selection);
  const clear = encodeBundle(compileSelection(selectForAudience(project, audience("service")), allocation));
  return { clear, projection, projected: encodeBundle(projection.bundle) };
};

/** What must not change, with the names that projection gave. */
const answerOf = (
  { variant, value, reason, unit, unitSelector, assignmentId, rule, fallthroughs, pending, writes }: Resolution,
  nameOf: (rule: string) => string,
) => ({
  variant,
  value,
  reason,
  unit,
  unitSelector,
  assignmentId,
  rule: nameOf(rule),
  fallthroughs: fallthroughs.map((passed) => ({ ...passed, rule: nameOf(passed.rule) })),
  writes: writes.map((write) => ({ unit: write.unit, variant: write.variant })),
  isPending: (pending ?? []).length > 0,
});

describe("the same answers before and after", () => {
  test.each(["browser", "service"] as const)("of a %s's bundle", (kind) => {
    let [answers, matches, remotes] = [0, 0, 0];
    fc.assert(
      fc.property(
        projects,
        fc.array(contexts, { minLength: 4, maxLength: 8 }),
        fc.constantFrom("none", "deferred", "empty"),
        (project, asked, stored) => {
          const { clear, projection, projected } = both(project, kind);
          const [before, after] = [openBundle(clear.bytes), openBundle(projected.bytes)];
          const materializations = stored === "none" ? undefined : stored === "empty" ? [] : ("deferred" as const);
          expect([...after.flagKeys]).toEqual(
            [...before.flagKeys].filter(
              (key) => kind === "service" || project.flags.find((flag) => flag.key === key)?.clientVisible,
            ),
          );
          for (const key of after.flagKeys) {
            const name = (rule: string) =>
              rule === "" || kind === "service" ? rule : projection.names[rule]!.replace(`${key}/`, "");
            for (const context of asked) {
              const answer = resolve(after, key, context as never, { materializations });
              const isRemote = projection.remote.has(key);
              const expected = resolve(before, key, context as never, { materializations });
              if (isRemote) expect(answer).toMatchObject({ reason: "PENDING", pending: [] });
              else expect(answerOf(answer, name)).toEqual(answerOf(expected, (rule) => rule));
              answers++;
              if (isRemote) remotes++;
              else if (answer.reason === "MATCH") matches++;
            }
          }
          expect(after.diagnostics.filter(({ severity }) => severity === "quarantined")).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
    expect(matches / answers).toBeGreaterThan(0.15);
    expect(remotes > 0).toBe(kind === "browser");
  });
});

describe("W-13 what browsers may not be told", () => {
  test("W-13 no name of a rule, segment, group or store, no note and no literal of a set is in the bytes", () => {
    fc.assert(
      fc.property(projects, (project) => {
        const { projected } = both(project, "browser");
        // The marks of a project all have "secret" in them; "\ufffdsecret" and versions in bounds do too, and are allowed there.
        const text = new TextDecoder().decode(projected.bytes).replaceAll("2.0.0-secretbuild", "");
        expect(text).not.toContain("secret");
        expect(text).not.toContain("2027-01-01");
      }),
      { numRuns: RUNS },
    );
  });

  test("what nobody can reach is not in the bytes of any audience", () => {
    fc.assert(
      fc.property(projects, fc.constantFrom<AudienceKind>("browser", "service"), (project, kind) => {
        const { bundle } = both(project, kind).projection;
        const named = new Set<string>();
        for (const flag of bundle.flags.values()) {
          const given = new Set(
            flag.rules.flatMap((rule) => rule.split!.assignments.map(({ outcome }) => outcome.value)),
          );
          expect(flag.variants.filter(({ name }) => !given.has(name))).toEqual([]);
          for (const { segment } of flag.rules) named.add(segment);
        }
        for (const { targeting } of bundle.segments.values()) {
          for (const { kind: criterion } of targeting?.criteria ?? [])
            if (criterion.case === "segment") named.add(criterion.value);
        }
        expect([...bundle.segments.keys()].filter((id) => !named.has(id))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test("equal projects give equal bytes, and each set a salt of its own", () => {
    const when = {
      all: [
        { attribute: "a", in: ["x", "y"] },
        { attribute: "b", in: ["x", "y"] },
      ],
    };
    const project: Project = {
      trustDomain: "d",
      audiences: [],
      segments: [],
      groups: [],
      flags: [{ key: "f", type: "boolean", clientVisible: true, rules: [{ name: "r", when, serve: "on" }] }],
    };
    const [first, second] = [both(project, "browser"), both(project, "browser")];
    expect(first.projected.bytes).toEqual(second.projected.bytes);
    const rules = [...first.projection.bundle.segments.values()].flatMap(({ targeting }) =>
      (targeting?.criteria ?? []).flatMap(({ kind }) =>
        kind.case === "attribute" && kind.value.rule.case === "hashedSet" ? [kind.value.rule.value] : [],
      ),
    );
    expect(rules.map(({ salt, prefixBytes, prefixes }) => [salt.length, prefixBytes, prefixes.length])).toEqual([
      [16, 8, 16],
      [16, 8, 16],
    ]);
    expect(rules[0]?.salt).not.toEqual(rules[1]?.salt);
    expect(rules[0]?.prefixes).not.toEqual(rules[1]?.prefixes);
  });
});
