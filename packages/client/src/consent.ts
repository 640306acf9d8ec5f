/** Whether what people meet may be kept and sent. @module */

/**
 * "granted": exposures and events are kept and sent. "pending": they wait in memory, and nothing of them leaves it.
 * "denied": what waits or is kept is deleted, and nothing is noted any more. Flags are evaluated all the same.
 */
export type ConsentState = "granted" | "pending" | "denied";

/** The consent of one client, as it is now. */
export interface Consent {
  state: ConsentState;
}

/** Whether a value from outside is one of the three. */
export function isConsentState(value: unknown): value is ConsentState {
  return value === "granted" || value === "pending" || value === "denied";
}
