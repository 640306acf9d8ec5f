/** An exposure pipeline for tests: a sink in memory, virtual time, and books that are checked after every batch. @module */
import { type BundleStatus, type EvaluationDetails, evaluate, type FlagSet, openBundle } from "@aplomb/core";
import { bundleBytes, split, type VirtualClock } from "@aplomb/testkit";
import type { Consent, ConsentState } from "../consent.js";
import type { CourierParts, OpenCourier } from "../courier.js";
import { type DeliveryCounters, totalOf } from "../delivery-counters.js";
import type { DeliveryLimits } from "../delivery-limits.js";
import { createExposurePipeline, type ExposurePipeline } from "../expose/exposure-pipeline.js";
import type { ClientStatus } from "../flag-client.js";
import { createOutbox } from "../keep/create-outbox.js";
import type { EntryStore } from "../keep/entry-store.js";
import { createCourier } from "../send/create-courier.js";
import { createSeal } from "../send/seal-batch.js";
import { createMemorySink, type MemorySink } from "./memory-sink.js";
import { createTestHost, type TestHost } from "./test-host.js";

const variants = [
  { name: "on", value: { enabled: true } },
  { name: "off", value: { enabled: false } },
];
const rules = [split("half", "everyone", { on: 50, off: 50 })];

/** One flag, `checkout`, that gives each half of the units a variant. */
export const flagSet: FlagSet = openBundle(
  bundleBytes({ segments: { everyone: {} }, flags: { checkout: { variants, rules } } }),
);
const detailsOf = (unit: string): EvaluationDetails => evaluate(flagSet, "checkout", {}, { targetingKey: unit });
const NO_STATUS: ClientStatus = {
  state: "NOT_READY",
  source: "none",
  bundleVersion: 0,
  bundleId: "",
  confirmedAtMs: 0,
};
const status = { epoch: 1, version: 1, sha256: new Uint8Array(32), ageMs: 0, rejectedVersion: 0, rejectedCode: "" };

/** The invariant: every record is in exactly one place. */
export function checkBalance(counters: DeliveryCounters): void {
  const { enqueued, recovered, acked, rejected, dropped, queued, spooled, inFlight } = counters;
  const placed = acked + totalOf(rejected) + totalOf(dropped) + queued + spooled + inFlight;
  const came = enqueued + recovered;
  if (placed !== came) throw new Error(`${came} came, ${placed} are accounted for: ${JSON.stringify(counters)}`);
}

/** A pipeline and what a test needs around it. */
export interface TestPipeline {
  readonly clock: VirtualClock;
  readonly sink: MemorySink;
  readonly pipeline: ExposurePipeline;
  /** Changes what the subject has said. */
  readonly setConsent: (state: ConsentState) => void;
  /** Exposes units to the flag. */
  readonly expose: (...units: readonly (string | number)[]) => void;
}

/** What a test may bring to a pipeline. */
export interface TestPipelineOptions {
  readonly limits?: Partial<DeliveryLimits>;
  /** Where records are kept. */
  readonly entries?: EntryStore;
  /** Shared by the runs of a test. */
  readonly host?: TestHost;
  readonly sink?: MemorySink;
  readonly waitUntil?: (work: Promise<unknown>) => void;
  readonly consent?: ConsentState;
  /** How the courier is opened. Default at once. */
  readonly late?: (open: OpenCourier) => OpenCourier;
}

/** Makes a pipeline with small batches and a small queue. */
export function createTestPipeline(options: TestPipelineOptions = {}): TestPipeline {
  const { entries, host = createTestHost(), sink = createMemorySink(), late = (open) => open } = options;
  const limits = { ...host.delivery, ...options.limits };
  const { clock, random, randomBytes, sdk } = host;
  const bundleStatus = (): BundleStatus => ({ ...status, quarantinedFlags: [] });
  const sealParts = { sdk, audience: "api.test", instanceId: randomBytes(16), randomBytes, clock, bundleStatus };
  const consent: Consent = { state: options.consent ?? "granted" };
  const open: OpenCourier = (_, intake) => {
    const parts = { ...sealParts, ledger: intake.ledger };
    const outbox = entries && createOutbox({ ...parts, name: "test", limits }, entries);
    return createCourier({ sink, seal: createSeal(parts), outbox, clock, random, limits, consent }, intake);
  };
  const access = { endpoint: "https://flags.example.com", clientKey: "key", audience: "api.test" };
  const bundle: CourierParts["bundle"] = () => ({ active: undefined, status: NO_STATUS, candidateVersion: 0 });
  const courierParts: CourierParts = { host, access, trustDomain: "test", consent, bundle, warn: () => {} };
  const pipeline = createExposurePipeline({
    ...{ clock, randomBytes, limits, consent, waitUntil: options.waitUntil },
    openCourier: (intake) => late(open)(courierParts, intake),
    settled: (counters) => checkBalance(counters()),
  });
  const expose = (...units: readonly (string | number)[]): void => {
    for (const unit of units) pipeline.expose(detailsOf(String(unit)));
  };
  const setConsent = (state: ConsentState): void => {
    consent.state = state;
    pipeline.consentChanged();
  };
  return { clock, sink, pipeline, expose, setConsent };
}

/** So many different units. */
export function units(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, place) => from + place);
}
