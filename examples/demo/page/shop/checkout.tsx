/** The shop's checkout: its layout, colour and words come from flags. @module */
import { useFlag, useFlagClient } from "@aplomb/react";
import { type ReactElement, useState } from "react";
import { CHECKOUT_DEFAULT } from "../../src/demo-flags.js";
import { contextOf, type Shopper } from "../../src/shoppers.js";
import { CheckoutSections, sectionNames } from "./checkout-sections.js";
import { OrderSummary } from "./order-summary.js";

/** The checkout of one shopper. Mount it anew for another. */
export function Checkout({ shopper }: { readonly shopper: Shopper }): ReactElement {
  const { layout, accent, headline } = useFlag("checkout", CHECKOUT_DEFAULT);
  const canWrap = useFlag("gift-wrap", false);
  const client = useFlagClient();
  const [step, setStep] = useState(0);
  const [isGift, setGift] = useState(false);
  const [isPaid, setPaid] = useState(false);
  const hasSteps = layout !== "one-page";

  function pay(): void {
    client.track("purchase", { value: shopper.cartTotal }, contextOf(shopper));
    setPaid(true);
  }

  return (
    <section className="card checkout" data-accent={accent} data-layout={layout} aria-labelledby="checkout-headline">
      <header className="checkout-header">
        <p className="shop-name">Harbour Coffee</p>
        <h2 id="checkout-headline">{isPaid ? `Thank you, ${shopper.name}` : headline}</h2>
        {hasSteps && !isPaid && <StepMarks current={step} />}
      </header>
      {isPaid ? (
        <p className="paid">Your coffee is on its way. The page has recorded a purchase, for the analysis.</p>
      ) : (
        <>
          <div className="checkout-body">
            <CheckoutSections
              shown={hasSteps ? sectionNames.slice(step, step + 1) : sectionNames}
              shopper={shopper}
              gift={canWrap ? { isOn: isGift, onChange: setGift } : undefined}
            />
            <OrderSummary shopper={shopper} isGift={canWrap && isGift} />
          </div>
          <CheckoutButtons step={hasSteps ? step : undefined} onStep={setStep} onPay={pay} />
        </>
      )}
    </section>
  );
}

interface CheckoutButtonsProps {
  /** Undefined when all is on one page. */
  readonly step: number | undefined;
  readonly onStep: (step: number) => void;
  readonly onPay: () => void;
}

function CheckoutButtons({ step, onStep, onPay }: CheckoutButtonsProps): ReactElement {
  const { button } = useFlag("checkout", CHECKOUT_DEFAULT);
  const isLast = step === undefined || step === sectionNames.length - 1;
  return (
    <footer className="checkout-footer">
      {step !== undefined && step > 0 && (
        <button type="button" className="quiet-button" onClick={() => onStep(step - 1)}>
          Back
        </button>
      )}
      <button
        type="button"
        className="main-button"
        onClick={isLast ? onPay : () => onStep(step + 1)}
        data-testid="checkout-button"
      >
        {step !== undefined && isLast ? "Place order" : button}
      </button>
    </footer>
  );
}

function StepMarks({ current }: { readonly current: number }): ReactElement {
  return (
    <ol className="steps" aria-label="Steps">
      {sectionNames.map((name, index) => (
        <li key={name} data-done={index < current} aria-current={index === current ? "step" : undefined}>
          {name}
        </li>
      ))}
    </ol>
  );
}
