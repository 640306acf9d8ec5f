/** Everything that happens in a client: what applications hear of, and what its parts tell each other. @module */
import type { FlagError } from "@aplomb/core";
import type { ClientCounters } from "./client-counters.js";
import type { DeliveryCounters } from "./delivery-counters.js";
import type { ClientEvents } from "./flag-client.js";

/** The events of a client. */
export interface AllEvents extends ClientEvents {
  /** A read may answer differently. */
  changed: undefined;
  /** There is a bundle for the first time, or there never will be one: whoever waits need not wait longer. */
  decided: undefined;
  /** There is a client, and this reads its counters. */
  started: () => ClientCounters;
  /** A batch was settled, or the rest was given up. */
  delivery: DeliveryCounters;
  /** A bundle was refused because of who signed it or because it is older than one that was active. */
  security: FlagError;
}
