/** The flags that the demo reads, and what it does without an answer. @module */
import type { JsonValue } from "@aplomb/core";

/** How the checkout looks and speaks. */
export type CheckoutFlag = {
  readonly layout: string;
  readonly accent: string;
  readonly headline: string;
  readonly button: string;
};

/** The checkout of a page that knows nothing yet. */
export const CHECKOUT_DEFAULT: CheckoutFlag = {
  layout: "steps",
  accent: "indigo",
  headline: "Checkout",
  button: "Continue",
};

/** Every flag of the demo with its default. */
export const demoFlags: ReadonlyMap<string, JsonValue> = new Map<string, JsonValue>([
  ["checkout", CHECKOUT_DEFAULT],
  ["gift-wrap", false],
  ["free-shipping", false],
  ["pay-later", ""],
]);
