/** B-02: no public option makes a client believe what nobody has signed, wherever it comes from. @module */
import { EnvelopeSchema } from "@aplomb/proto/trust";
import { until } from "@aplomb/testkit";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import type { ClientOptions } from "./client-options.js";
import { AUDIENCE } from "./testing/sealed-bundles.js";
import { on, startClient, user } from "./testing/start-client.js";

const { payload, payloadType, signatures } = fromBinary(EnvelopeSchema, on.manifest);
const good = new Uint8Array(signatures[0]?.sig ?? expect.unreachable());
const envelopeOf = (...sigs: Uint8Array<ArrayBuffer>[]) =>
  toBinary(
    EnvelopeSchema,
    create(EnvelopeSchema, { payload, payloadType, signatures: sigs.map((sig) => ({ sig, keyid: "bundle-1" })) }),
  );
const named = (keyid: string) =>
  toBinary(
    EnvelopeSchema,
    create(EnvelopeSchema, { payload, payloadType, signatures: [{ sig: new Uint8Array(64), keyid }] }),
  );

const shapes: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
  ["no list", envelopeOf()],
  ["an empty one", envelopeOf(new Uint8Array())],
  ["one byte", envelopeOf(good.slice(0, 1))],
  ["63 bytes", envelopeOf(good.slice(0, 63))],
  ["65 bytes", envelopeOf(new Uint8Array([...good, 0]))],
  ["128 bytes", envelopeOf(new Uint8Array([...good, ...good]))],
  ["zeros", envelopeOf(new Uint8Array(64))],
  ["eight of zeros", envelopeOf(...Array.from({ length: 8 }, () => new Uint8Array(64)))],
  ["nine good ones", envelopeOf(...Array.from({ length: 9 }, () => good))],
  ["an unknown key id", named("unknown")],
  ["no key id", named("")],
  ["the root key's id", named("root-1")],
  ["the payload alone", payload as Uint8Array<ArrayBuffer>],
  ["nothing", new Uint8Array()],
];

/** What an application may turn on or off, each on its own. */
const switches: readonly ((manifest: Uint8Array<ArrayBuffer>) => Partial<ClientOptions>)[] = [
  () => ({ refresh: { stream: true, pollIntervalMs: 1_000 } }),
  () => ({ exposures: { mode: "manual" } }),
  () => ({ fallbackEndpoint: "https://other.example.org" }),
  () => ({ context: { targetingKey: "u" }, sendAttributes: ["plan"], hooks: {} }),
  (manifest) => ({ bootstrap: { manifest, bundle: on.bundle } }),
  (manifest) => ({
    store: {
      load: async () => ({
        bundles: [{ envelope: manifest, bundle: on.bundle, floor: { epoch: 1, version: 1, sha256: on.sha256 } }],
        ...{ envelopes: [manifest], roots: [{ version: 2, envelope: manifest }] },
      }),
      save: async () => {},
      saveRoots: async () => {},
    },
  }),
];

test.each(shapes)("B-02 %s: refused under all 64 combinations of options", async (_name, manifest) => {
  for (let chosen = 0; chosen < 2 ** switches.length; chosen++) {
    const options = switches.flatMap((make, at) => (chosen & (1 << at) ? [make(manifest)] : []));
    const sealed = { ...on, manifest };
    const { client, clock } = startClient(Object.assign({ logger: null }, ...options), {}, sealed);
    await clock.settle();
    await until(() => client.status.error !== undefined);
    expect(client.status).toMatchObject({ bundleVersion: 0, source: "none", state: "NOT_READY" });
    expect(["SIGNATURE", "MALFORMED", "LIMIT"]).toContain(client.status.error?.code);
    expect(client.peekDetails("checkout.enabled", false, user)).toMatchObject({
      ...{ value: false, errorCode: "PROVIDER_NOT_READY" },
    });
    await client.close({ timeoutMs: 0 });
  }
});

test.each<[string, unknown]>([
  ["nothing", undefined],
  ["null", null],
  ["false", false],
  ["an empty text", ""],
  ["no bytes", new Uint8Array()],
  ["a manifest", on.manifest],
])("B-02 with %s for a root there is no client", (_name, root) => {
  const trust = { root: root as Uint8Array, audience: AUDIENCE };
  expect(() => startClient({ trust }, {}, on)).toThrow(/OPTION|MALFORMED|ROOT/);
});
