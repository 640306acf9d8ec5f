/** From the endpoint over the wire into a client: the details are those of a local evaluation. @module */
import { type EvaluationDetails, evaluate, exposureOf, type JsonValue, openBundle } from "@aplomb/core";
import { answeredDetails, readResolveAnswer, writeResolveQuestion } from "@aplomb/core/remote";
import { ResolveFlagsRequestSchema, ResolveFlagsResponseSchema } from "@aplomb/proto/resolve-service";
import { bundles, contexts } from "@aplomb/testkit/arbitraries";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { overTheWire } from "../../test/over-the-wire.js";
import { resolveFlags } from "./resolve-flags.js";

const numRuns = process.env.APLOMB_DEEP === "1" ? 20_000 : 200;
const audience = "web.test";
const defaults: readonly JsonValue[] = [{}, false, 0, "", [], null, { v: 1 }];

/** What an answer tells: no segment and no bucket, and of a rule only what an exposure says of it. */
function told({ flagMetadata, resolution, ...details }: EvaluationDetails, isExposable: boolean): object {
  const { resolutionReason, ruleId, assignmentId, bundleVersion } = flagMetadata;
  const { flagKey, variant, value, reason, rule, unit, unitSelector, fallthroughs } = resolution ?? {};
  const exposed = { ruleId, assignmentId, bundleVersion, rule, unit, unitSelector, fallthroughs };
  return { ...details, resolutionReason, resolved: { flagKey, variant, value, reason }, ...(isExposable && exposed) };
}

test("ResolveFlags ≡ evaluate: value, variant, reason, error and exposure, for every bundle, context and default", async () => {
  const law = fc.asyncProperty(
    bundles(),
    contexts(),
    fc.constantFrom(...defaults),
    async (bytes, drawn, defaultValue) => {
      const context = overTheWire(drawn);
      fc.pre(context !== undefined);
      const set = openBundle(bytes, { bundleVersion: 3, bundleId: "ab" });
      const question = writeResolveQuestion({ audience, flags: [], context });
      const answerSet = { audience, visible: set, remote: undefined, sha256: "ab" };
      const parts = { answerSets: { of: async () => answerSet }, clock: { nowMs: () => 0, setTimer: () => () => {} } };
      const caller = { client: "page", audiences: new Set([audience]), origins: undefined };
      const answer = await resolveFlags(fromBinary(ResolveFlagsRequestSchema, question), caller, parts);
      const message = create(ResolveFlagsResponseSchema, answer);
      const read = readResolveAnswer(toBinary(ResolveFlagsResponseSchema, message));
      expect(read.bundleVersion).toBe(3);
      expect(read.flags.map(({ flag }) => flag)).toEqual([...set.flagKeys]);
      for (const flag of read.flags) {
        const isExposable = flag.exposure !== undefined;
        for (const key of [flag.flag, `${flag.flag}.v`, `${flag.flag}.o.p`]) {
          const answered = answeredDetails(flag, key, defaultValue);
          const local = evaluate(set, key, defaultValue, context);
          expect(told(answered, isExposable)).toEqual(told(local, isExposable));
          const at = { audience, atMs: 86_400_000 };
          expect(exposureOf(answered, at)).toEqual(exposureOf(local, at));
        }
      }
    },
  );
  await fc.assert(law, { numRuns });
});
