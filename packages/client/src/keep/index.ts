/** What makes an outbox of a host's store of entries; apart, so that pages load it only when they use it. @module */
export type { OpenOutbox, Outbox, OutboxParts } from "../outbox.js";
export { createOutbox } from "./create-outbox.js";
export type { EntryStore, StoredEntry } from "./entry-store.js";
