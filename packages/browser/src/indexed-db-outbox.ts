/** The page's outbox: unacknowledged exposures in IndexedDB. @module */
import type { OpenOutbox } from "@aplomb/client";
import { createOutbox } from "@aplomb/client/outbox";
import { createIndexedDbEntries } from "./keep/indexed-db-entries.js";
import { pageClock } from "./page-clock.js";

/** Kept at most; the oldest go first, and are counted. */
const MAX_BYTES = 1_048_576;

/** Opens the outbox of one client. What pages that are gone left under the same name is sent with it. */
export const openIndexedDbOutbox: OpenOutbox = (parts) =>
  createOutbox(parts, createIndexedDbEntries({ name: parts.name, maxBytes: MAX_BYTES, clock: pageClock }));
