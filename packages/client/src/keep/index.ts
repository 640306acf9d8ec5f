/** What makes an outbox of a host's store of entries; apart, so that pages load it only when they use it. @module */
export type { DeliveryLedger } from "../delivery-counters.js";
export type { DeliveryLimits } from "../delivery-limits.js";
export type { DeliveryRecord, TrackedEvent } from "../delivery-record.js";
export type { SealParts } from "../expose/seal-batch.js";
export type { SealedBatch } from "../expose/sealed-batch.js";
export type { OpenOutbox, Outbox, OutboxParts } from "../outbox.js";
export { createOutbox } from "./create-outbox.js";
export type { EntryStore, StoredEntry } from "./entry-store.js";
export { joined } from "./kept-batch.js";
