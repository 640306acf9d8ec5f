/** Wire: what generated code writes, core reads as it was meant. @module */

import { BundleSchema, type Flag, FlagSchema } from "@aplomb/proto/bundle";
import { PublishExposuresResponseSchema } from "@aplomb/proto/resolve-service";
import { EnvelopeSchema, KeyAlgorithm, ManifestSchema, RootSchema } from "@aplomb/proto/trust";
import { bundleBytes } from "@aplomb/testkit";
import { anyJson, anyText, messageInits, plainOf } from "@aplomb/testkit/arbitraries";
import { create, type JsonObject, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { publicKeyProblem } from "../bundle/public-key-problem.js";
import {
  bytesToHex,
  MANIFEST_TYPE,
  openBundle,
  openRoot,
  ROOT_TYPE,
  readPublishResponse,
  readUnverifiedManifest,
  resolve,
} from "../index.js";

const numRuns = process.env.APLOMB_DEEP === "1" ? 20_000 : 150;
const patient = { timeout: 1_800_000 };

const bytesOfLength = (length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ minLength: length, maxLength: length });

/** Nothing, or a field that no schema has yet, of each wire type. */
const newerFields = fc.constantFrom<number[]>(
  [],
  [0xf8, 0x07, 0x80, 0x01],
  [0xf9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8],
  [0xfa, 0x07, 1, 2],
  [0xfd, 0x07, 1, 2, 3, 4],
);

function inEnvelope(payloadType: string, payload: Uint8Array, more: readonly number[] = []): Uint8Array {
  return toBinary(EnvelopeSchema, create(EnvelopeSchema, { payloadType, payload: Uint8Array.of(...payload, ...more) }));
}

const NAMES = { rule: "r", segment: "s", variant: "on", assignment: "all" };

/** A flag that gives everybody its only variant. */
function everybodyGets(given: typeof NAMES & { readonly value: JsonObject }): Flag {
  const outcome = { case: "variant" as const, value: given.variant };
  const assignments = [{ id: given.assignment, outcome, ranges: [{ lower: 0, upper: 1 }] }];
  const rule = { name: given.rule, segment: given.segment, enabled: true, split: { bucketCount: 1, assignments } };
  return create(FlagSchema, { variants: [{ name: given.variant, value: given.value }], rules: [rule] });
}

describe("core reads what generated code writes:", () => {
  test("manifests, whatever newer fields they have", patient, () => {
    const refs = fc.record({ sha256: bytesOfLength(32), sizeBytes: fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }) });
    const law = fc.property(messageInits(ManifestSchema), refs, newerFields, (init, bundle, newer) => {
      const manifest = create(ManifestSchema, { ...init, bundle });
      const read = readUnverifiedManifest(
        inEnvelope(MANIFEST_TYPE, toBinary(ManifestSchema, manifest), newer),
        manifest.audience,
      );
      const { bundle: _, remoteBundle: __, ...rest } = plainOf(manifest) as Record<string, unknown>;
      expect(read).toEqual({ ...rest, sha256: bytesToHex(bundle.sha256), sizeBytes: Number(bundle.sizeBytes) });
    });
    fc.assert(law, { numRuns });
  });

  test("roots, with the keys that their roles name", patient, () => {
    // Keys that no root may list are refused, which is another law.
    const publicKey = bytesOfLength(32).filter((bytes) => publicKeyProblem(bytes) === undefined);
    const key = fc.record({ keyid: anyText, publicKey });
    const some = fc.uniqueArray(key, {
      minLength: 2,
      maxLength: 5,
      selector: ({ publicKey }) => bytesToHex(publicKey),
    });
    const law = fc.property(messageInits(RootSchema), some, newerFields, (init, drawn, newer) => {
      const keys = drawn.map((one, i) => ({ ...one, keyid: `${i} ${one.keyid}`, alg: KeyAlgorithm.ED25519 }));
      const rootIds = keys.slice(1).map(({ keyid }) => keyid);
      const bundleIds = keys.slice(0, 1).map(({ keyid }) => keyid);
      const roles = { root: { keyids: rootIds, threshold: 1 }, bundle: { keyids: bundleIds, threshold: 1 } };
      const message = create(RootSchema, { ...init, ...roles, keys });
      const named = (keyids: string[]): object => ({
        keys: keys.filter(({ keyid }) => keyids.includes(keyid)).map((one) => ({ ...one, alg: "ed25519" })),
        threshold: 1,
      });
      const { keys: _, ...plain } = plainOf(message) as Record<string, unknown>;
      const read = openRoot(inEnvelope(ROOT_TYPE, toBinary(RootSchema, message), newer));
      expect(read).toMatchObject({ ...plain, root: named(rootIds), bundle: named(bundleIds) });
    });
    fc.assert(law, { numRuns });
  });

  test("publish responses, whatever newer fields they have", patient, () => {
    const law = fc.property(messageInits(PublishExposuresResponseSchema), newerFields, (init, newer) => {
      const response = create(PublishExposuresResponseSchema, init);
      const bytes = Uint8Array.of(...toBinary(PublishExposuresResponseSchema, response), ...newer);
      expect(readPublishResponse(bytes)).toEqual(plainOf(response));
    });
    fc.assert(law, { numRuns });
  });

  test("bundles: their frame, and of two entries with one key the last", patient, () => {
    const entries = fc.array(fc.tuple(anyText, anyJson));
    const law = fc.property(messageInits(BundleSchema), entries, newerFields, (init, values, newer) => {
      const entryOf = (value: JsonObject): Uint8Array => toBinary(FlagSchema, everybodyGets({ ...NAMES, value }));
      const flags = values.map(([key, value]) => ({ key, flag: entryOf(value) }));
      const bundle = create(BundleSchema, { ...init, schema: 1, flags, segments: [{ id: NAMES.segment }] });
      const set = openBundle(Uint8Array.of(...toBinary(BundleSchema, bundle), ...newer));
      expect(set.usesSchedules).toBe(bundle.usesSchedules);
      expect(new Map([...set.flagKeys].map((key) => [key, resolve(set, key, {}).value]))).toEqual(new Map(values));
      expect(set.flagCount).toBe(new Map(values).size);
    });
    fc.assert(law, { numRuns });
  });

  test("flags: their names and values", patient, () => {
    const names = fc.record({ rule: anyText, segment: anyText, variant: anyText, assignment: anyText, value: anyJson });
    const law = fc.property(names, (given) => {
      const flags = [{ key: "f", flag: toBinary(FlagSchema, everybodyGets(given)) }];
      const bundle = create(BundleSchema, { schema: 1, flags, segments: [{ id: given.segment }] });
      const read = resolve(openBundle(toBinary(BundleSchema, bundle)), "f", {});
      const { rule, segment, variant, assignmentId: assignment, value } = read;
      const isNameless = given.rule === "" && given.segment === "";
      expect({ rule, segment, variant, assignment, value }).toEqual(
        isNameless ? { ...given, value: undefined } : given,
      );
    });
    fc.assert(law, { numRuns });
  });

  test("objects in which a key is written twice: the last value holds, __proto__ or not", patient, () => {
    const names = fc.constantFrom("__proto__", "constructor", "a");
    const law = fc.property(fc.array(fc.tuple(names, fc.double()), { maxLength: 6 }), (written) => {
      const object = new BinaryWriter();
      for (const [key, value] of written) {
        object.tag(1, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key);
        object.tag(2, WireType.LengthDelimited).fork().tag(2, WireType.Bit64).double(value).join().join();
      }
      const variant = new BinaryWriter().tag(1, WireType.LengthDelimited).string("on");
      variant.tag(2, WireType.LengthDelimited).bytes(object.finish());
      const { rules } = everybodyGets({ ...NAMES, value: {} });
      const flag = new BinaryWriter().raw(toBinary(FlagSchema, create(FlagSchema, { rules })));
      flag.tag(2, WireType.LengthDelimited).bytes(variant.finish());
      const set = openBundle(bundleBytes({ flags: { f: flag.finish() }, segments: { [NAMES.segment]: {} } }));
      expect(new Map(Object.entries(resolve(set, "f", {}).value ?? {}))).toEqual(new Map(written));
    });
    fc.assert(law, { numRuns });
  });

  test("numbers beyond those that JavaScript holds are refused, not rounded", patient, () => {
    const law = fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n - 1n }), (version) => {
      const bundle = { sha256: new Uint8Array(32), sizeBytes: 1n };
      const payload = toBinary(ManifestSchema, create(ManifestSchema, { version, bundle }));
      const read = (): unknown => readUnverifiedManifest(inEnvelope(MANIFEST_TYPE, payload), "");
      expect(read).toThrow(expect.objectContaining({ name: "FlagError", code: "LIMIT" }));
    });
    fc.assert(law, { numRuns });
  });
});
