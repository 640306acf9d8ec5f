/** What is in the cart, and what it costs. @module */
import { useFlag } from "@aplomb/react";
import type { ReactElement } from "react";
import type { Shopper } from "../../src/shoppers.js";
import { euros } from "./euros.js";

const BLEND_PRICE = 14;
const SHIPPING_PRICE = 4.9;
const GIFT_WRAP_PRICE = 3;

/** The cart of a shopper. Free shipping depends on a flag. */
export function OrderSummary({
  shopper,
  isGift,
}: {
  readonly shopper: Shopper;
  readonly isGift: boolean;
}): ReactElement {
  const isFree = useFlag("free-shipping", false);
  const shipping = isFree ? 0 : SHIPPING_PRICE;
  const wrapping = isGift ? GIFT_WRAP_PRICE : 0;
  return (
    <dl className="summary" aria-label="Order summary">
      <Line label="House blend" price={euros(BLEND_PRICE)} />
      <Line label="Stoneware cups" price={euros(shopper.cartTotal - BLEND_PRICE)} />
      {isGift && <Line label="Gift wrap" price={euros(wrapping)} />}
      <Line label="Shipping" price={isFree ? "Free" : euros(shipping)} emphasis={isFree ? "good" : undefined} />
      <Line label="Total" price={euros(shopper.cartTotal + shipping + wrapping)} emphasis="total" />
    </dl>
  );
}

interface LineProps {
  readonly label: string;
  readonly price: string;
  readonly emphasis?: "good" | "total" | undefined;
}

function Line({ label, price, emphasis }: LineProps): ReactElement {
  return (
    <div className="summary-line" data-emphasis={emphasis}>
      <dt>{label}</dt>
      <dd>{price}</dd>
    </div>
  );
}
