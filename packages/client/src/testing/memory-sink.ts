/** A sink in memory for client tests: keeps batches as the endpoint would, or fails on demand. @module */
import { type ExposureBatch, ExposureBatchSchema } from "@aplomb/proto/exposure";
import { fromBinary } from "@bufbuild/protobuf";
import type { ExposureSink } from "../exposure-sink.js";

/** A sink that a test watches. */
export interface MemorySink extends ExposureSink {
  /** Every batch that was stored, once. */
  readonly batches: readonly ExposureBatch[];
  /** The bytes of every attempt. */
  readonly attempts: readonly Uint8Array[];
  /** The units of all stored exposures, in order. */
  readonly units: readonly string[];
  /**
   * Decides about each attempt from now on: what it returns is thrown.
   *
   * @param rule - Called before the batch is stored, with the attempt's place from 0.
   */
  setRule(rule: (batch: ExposureBatch, attempt: number) => unknown): void;
}

/** Makes a sink that stores everything. */
export function createMemorySink(): MemorySink {
  const stored = new Map<string, ExposureBatch>();
  const attempts: Uint8Array[] = [];
  let rule: (batch: ExposureBatch, attempt: number) => unknown = () => undefined;
  return {
    attempts,
    get batches() {
      return [...stored.values()];
    },
    get units() {
      return [...stored.values()].flatMap(({ exposures }) => exposures.map(({ unit }) => unit));
    },
    setRule(next) {
      rule = next;
    },
    async publish(bytes) {
      const batch = fromBinary(ExposureBatchSchema, bytes);
      attempts.push(bytes);
      const failure = await rule(batch, attempts.length - 1);
      if (failure !== undefined) throw failure;
      const id = batch.batchId.join(".");
      const duplicate = stored.has(id);
      stored.set(id, batch);
      return { duplicate, rejected: [] };
    },
  };
}
