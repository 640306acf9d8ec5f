/** A sealed batch: an id and bytes that never change, however often they are sent. @module */
import type { DeliveryRecord } from "../delivery-record.js";

/** A batch on its way. */
export interface SealedBatch {
  /** What is sent, on every attempt. */
  readonly bytes: Uint8Array;
  readonly records: readonly DeliveryRecord[];
}

/** Seals records under a new batch id. */
export type Seal = (records: readonly DeliveryRecord[]) => SealedBatch;
