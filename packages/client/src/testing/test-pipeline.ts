/** An exposure pipeline for tests: a sink in memory, virtual time, and books that are checked after every batch. @module */
import { type EvaluationDetails, evaluate, type FlagSet, openBundle } from "@aplomb/core";
import { bundleBytes, split, type VirtualClock } from "@aplomb/testkit";
import { type DeliveryCounters, totalOf } from "../delivery-counters.js";
import { createExposurePipeline, type ExposurePipeline } from "../expose/exposure-pipeline.js";
import { createSeal } from "../expose/seal-batch.js";
import { createMemorySink, type MemorySink } from "./memory-sink.js";
import { createTestHost } from "./test-host.js";

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
const status = { epoch: 1, version: 1, sha256: new Uint8Array(32), ageMs: 0, rejectedVersion: 0, rejectedCode: "" };

/** The invariant: every record is in exactly one place. */
export function checkBalance({ enqueued, acked, rejected, dropped, queued, inFlight }: DeliveryCounters): void {
  const placed = acked + totalOf(rejected) + totalOf(dropped) + queued + inFlight;
  if (placed !== enqueued) throw new Error(`${enqueued} were enqueued, ${placed} are accounted for`);
}

/** A pipeline and what a test needs around it. */
export interface TestPipeline {
  readonly clock: VirtualClock;
  readonly sink: MemorySink;
  readonly pipeline: ExposurePipeline;
  /** Exposes units to the flag. */
  readonly expose: (...units: readonly (string | number)[]) => void;
}

/** Makes a pipeline with small batches and a small queue. */
export function createTestPipeline(): TestPipeline {
  const host = createTestHost();
  const sink = createMemorySink();
  const { clock, random, randomBytes, sdk } = host;
  const pipeline = createExposurePipeline({
    ...{ sink, clock, random, randomBytes, limits: host.delivery },
    createSeal: (ledger) =>
      createSeal({
        ...{ sdk, audience: "api.test", instanceId: randomBytes(16), randomBytes, clock, ledger },
        bundleStatus: () => ({ ...status, quarantinedFlags: [] }),
      }),
    settled: (counters) => checkBalance(counters()),
  });
  const expose = (...units: readonly (string | number)[]): void => {
    for (const unit of units) pipeline.expose(detailsOf(String(unit)));
  };
  return { clock, sink, pipeline, expose };
}

/** So many different units. */
export function units(count: number, from = 0): number[] {
  return Array.from({ length: count }, (_, place) => from + place);
}
