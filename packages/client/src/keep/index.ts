/** What makes an outbox of a host's store of entries; apart, so that pages load it only when they use it. @module */
export type { DeliveryLedger } from "../delivery-counters.js";
export type { DeliveryLimits } from "../delivery-limits.js";
export type { DeliveryRecord, TrackedEvent } from "../delivery-record.js";
export type { OpenOutbox, Outbox, OutboxParts } from "../outbox.js";
export type { SealParts } from "../send/seal-batch.js";
export type { SealedBatch } from "../send/sealed-batch.js";
export { createOutbox } from "./create-outbox.js";
export type { EntryStore, StoredEntry } from "./entry-store.js";
export { joined } from "./kept-batch.js";
