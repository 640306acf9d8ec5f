/** Runs of one client, one after the other, with what outlives them: a disk, an endpoint, a clock. @module */
import type { ConsentState } from "../consent.js";
import type { DeliveryLimits } from "../delivery-limits.js";
import { createMemoryDisk, type MemoryDisk } from "./memory-entries.js";
import { createMemorySink, type MemorySink } from "./memory-sink.js";
import { createTestHost, type TestHost } from "./test-host.js";
import { createTestPipeline, type TestPipeline } from "./test-pipeline.js";

/** One run of a client. */
export interface TestRun extends TestPipeline {
  /** Nothing of it happens any more but what is on its way. */
  readonly kill: () => Promise<void>;
}

/** What outlives the runs. */
export interface TestRuns {
  readonly disk: MemoryDisk;
  readonly host: TestHost;
  readonly sink: MemorySink;
  readonly run: (consent?: ConsentState) => TestRun;
}

/** Makes a disk, an endpoint and a clock that outlive the runs before them. */
export function createTestRuns(maxBytes?: number, limits: Partial<DeliveryLimits> = {}): TestRuns {
  const [disk, host, sink] = [createMemoryDisk(), createTestHost(), createMemorySink()];
  const run = (consent: ConsentState = "granted") => {
    const entries = disk.open(maxBytes);
    const made = createTestPipeline({ entries, host, sink, limits, consent });
    const kill = async (): Promise<void> => {
      entries.kill();
      void made.pipeline.close(0);
      await host.clock.advance(0);
    };
    return { ...made, kill };
  };
  return { disk, host, sink, run };
}
