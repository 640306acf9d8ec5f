/** What the page lends to the check that drives it. @module */
import type { DeliveryCounts } from "@aplomb/browser";
import type { Outcome } from "./outcome.js";

/** How the check reaches into the page; there only when the page was asked to expose everybody. */
export interface PageHandle {
  /** What the page shows now, for every shopper and flag; only what was committed. */
  outcomes(): readonly Outcome[];
  /** Settles when the visible button ends with a text: when that was, in milliseconds since 1970 UTC. */
  buttonChanged(end: string): Promise<number>;
  flush(): Promise<DeliveryCounts>;
}

/** The query that makes the page show and expose every flag for every shopper. */
export const EXPOSE_EVERYBODY = "?expose=everybody";

declare global {
  interface Window {
    aplombDemo?: PageHandle;
  }
}
