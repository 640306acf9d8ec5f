/** How many shoppers get which checkout. @module */
import type { FlagReader } from "@aplomb/browser";
import { CHECKOUT_DEFAULT } from "../../src/demo-flags.js";
import { contextOf, type Shopper } from "../../src/shoppers.js";

/** A variant of the checkout, its colour, and how many get it. */
export interface Share {
  readonly variant: string;
  readonly accent: string;
  readonly count: number;
}

/** Variants in alphabetical order; counts add up to the number of shoppers. */
export function sharesOf(flags: FlagReader, shoppers: readonly Shopper[]): readonly Share[] {
  const shares = new Map<string, Share>();
  for (const shopper of shoppers) {
    const { variant = "none", value } = flags.peekDetails("checkout", CHECKOUT_DEFAULT, contextOf(shopper));
    shares.set(variant, { variant, accent: value.accent, count: (shares.get(variant)?.count ?? 0) + 1 });
  }
  return [...shares.values()].sort((a, b) => (a.variant < b.variant ? -1 : 1));
}
