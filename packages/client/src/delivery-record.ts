/** An exposure or event on its way: what is kept of it until it is sealed. @module */
import type { EvaluationDetails, JsonObject } from "@aplomb/core";

/** An event as the application tracked it. */
export interface TrackedEvent {
  /** 16 random bytes. */
  readonly eventId: Uint8Array;
  readonly name: string;
  readonly unit: string;
  readonly value?: number | undefined;
  readonly properties: JsonObject;
}

/** An exposure or event on its way. */
export interface DeliveryRecord {
  /** Its place among all records of this client, from 1. */
  readonly sequence: number;
  /** About as many bytes as it takes in a batch. */
  readonly sizeBytes: number;
  /** By the wall clock. */
  readonly atMs: number;
  /** Of an exposure: what it was read from. */
  readonly details?: EvaluationDetails | undefined;
  /** Of an event. */
  readonly event?: TrackedEvent | undefined;
}
