/** Prices as people read them. @module */

const format = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

/** `4.9` as `€4.90`. */
export function euros(amount: number): string {
  return format.format(amount);
}
