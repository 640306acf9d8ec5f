/** What a browser is not told, the endpoint evaluates to the same answers, and knows no more than it needs. @module */
import { openBundle, resolve } from "@aplomb/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { contexts, projects } from "../../testdata/random-projects.js";
import { sourcesOf } from "../../testdata/sources-of.js";
import { allocateProject } from "../allocate/allocate-project.js";
import { NO_ALLOCATION } from "../allocation.js";
import { compileSelection } from "../build/compile-selection.js";
import { encodeBundle } from "../build/encode-bundle.js";
import { buildSources } from "../build-sources.js";
import { selectForAudience, selectForEndpoint } from "../select/select-for-audience.js";
import { projectBundle } from "./project-bundle.js";
import { remoteBundle } from "./remote-bundle.js";

const RUNS = process.env.APLOMB_DEEP === "1" ? 10_000 : 300;
const audience = { name: "a", kind: "browser" as const, environment: "e", clientKeySha256: "" };

test("remote flags answer as in a bundle with everything in clear", () => {
  let answers = 0;
  fc.assert(
    fc.property(projects, fc.array(contexts, { minLength: 2, maxLength: 5 }), (project, asked) => {
      const allocation = allocateProject(project, NO_ALLOCATION);
      const selection = selectForAudience(project, audience);
      const { remote } = projectBundle(compileSelection(selection, allocation), selection);
      const whole = compileSelection(selectForEndpoint(project, audience), allocation);
      const { bundle, names } = remoteBundle(whole, remote.keys());
      const [clear, kept] = [openBundle(encodeBundle(whole).bytes), openBundle(encodeBundle(bundle).bytes)];
      for (const key of remote.keys()) {
        for (const context of asked) {
          const answer = resolve(kept, key, context as never, { materializations: [] });
          const expected = resolve(clear, key, context as never, { materializations: [] });
          const { variant, value, reason, unit, assignmentId } = answer;
          expect({ variant, value, reason, unit, assignmentId }).toEqual({
            ...{ variant: expected.variant, value: expected.value, reason: expected.reason },
            ...{ unit: expected.unit, assignmentId: expected.assignmentId },
          });
          expect(answer.rule && names[answer.rule]).toBe(expected.rule && `${key}/${expected.rule}`);
          answers++;
        }
      }
    }),
    { numRuns: RUNS },
  );
  expect(answers).toBeGreaterThan(RUNS);
});

const files = {
  "flags/asked.yaml":
    "key: asked\ntype: boolean\nclientVisible: remote\nrules:\n  - { name: r, when: { flag: hidden, gives: on }, serve: on }\n",
  "flags/hidden.yaml":
    "key: hidden\ntype: boolean\nrules: [{ name: r, when: { attribute: plan, equals: pro }, serve: on }]\n",
  "flags/other.yaml": "key: other\ntype: boolean\nrules: [{ name: r, serve: on }]\n",
  "flags/shown.yaml": "key: shown\ntype: boolean\nclientVisible: true\nrules: [{ name: r, serve: on }]\n",
};

test("only what remote flags hang on is in it; bundles that leave nothing out have none", () => {
  const { bundles, problems } = buildSources(sourcesOf(files));
  expect(problems).toEqual([]);
  for (const { remoteBundle: kept, bytes } of bundles) {
    expect([...openBundle(bytes).flagKeys]).toEqual(["asked", "shown"]);
    expect([...openBundle(kept?.bytes ?? new Uint8Array()).flagKeys]).toEqual(["asked", "hidden"]);
  }
  const { "flags/asked.yaml": _, ...without } = files;
  expect(buildSources(sourcesOf(without)).bundles.map(({ remoteBundle: kept }) => kept)).toEqual([
    undefined,
    undefined,
  ]);
});
