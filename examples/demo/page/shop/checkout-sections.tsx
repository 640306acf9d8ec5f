/** The parts of the checkout: where to, how to pay, what else. @module */
import { useFlag } from "@aplomb/react";
import type { ReactElement, ReactNode } from "react";
import type { Shopper } from "../../src/shoppers.js";

/** The parts, in their order: the steps of the classic checkout. */
export const sectionNames: readonly string[] = ["Delivery", "Payment", "Extras"];

const countryNames = new Intl.DisplayNames("en", { type: "region" });

interface CheckoutSectionsProps {
  /** Of {@link sectionNames}. */
  readonly shown: readonly string[];
  readonly shopper: Shopper;
  /** Undefined when gift wrapping is not offered. */
  readonly gift: GiftWrapProps | undefined;
}

/** The parts to show. */
export function CheckoutSections({ shown, shopper, gift }: CheckoutSectionsProps): ReactElement {
  return (
    <div className="sections">
      {shown.includes("Delivery") && (
        <Section title="Delivery">
          <p>
            {shopper.name}, 12 Pier Street, {countryNames.of(shopper.country)}
          </p>
          <p className="quiet">{shopper.email}</p>
        </Section>
      )}
      {shown.includes("Payment") && (
        <Section title="Payment">
          <PaymentMethods />
        </Section>
      )}
      {shown.includes("Extras") && (
        <Section title="Extras">{gift ? <GiftWrap {...gift} /> : <p className="quiet">No extras today.</p>}</Section>
      )}
    </div>
  );
}

/** Paying later is offered by a flag, to some. */
function PaymentMethods(): ReactElement {
  const payLater = useFlag("pay-later", "");
  return (
    <>
      <Choice name="payment" label="Card ending in 4821" isFirst />
      {payLater !== "" && <Choice name="payment" label={payLater} isNew />}
    </>
  );
}

interface GiftWrapProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function GiftWrap({ isOn, onChange }: GiftWrapProps): ReactElement {
  return (
    <label className="choice">
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      Wrap it as a gift
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly isFirst?: boolean;
  readonly isNew?: boolean;
}

function Choice({ name, label, isFirst = false, isNew = false }: ChoiceProps): ReactElement {
  return (
    <label className="choice">
      <input type="radio" name={name} defaultChecked={isFirst} />
      {label}
      {isNew && <span className="tag">new</span>}
    </label>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section className="section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
