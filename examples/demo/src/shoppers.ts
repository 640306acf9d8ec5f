/** The simulated shoppers: the same people in the service, in the page and in every run. @module */
import type { EvaluationContext } from "@aplomb/core";

/** Somebody with a cart. */
export interface Shopper {
  /** The targeting key. */
  readonly id: string;
  readonly name: string;
  /** ISO 3166 code. */
  readonly country: string;
  readonly email: string;
  /** Of the app they use. */
  readonly appVersion: string;
  /** In euros. */
  readonly cartTotal: number;
}

const names =
  "Ada Bo Cleo Dan Edda Finn Greta Hugo Ines Jonas Kaya Liam Maja Nils Olga Pär Quinn Rosa Sven Tove Uma Vera".split(
    " ",
  );
const countries = ["SE", "DE", "NO", "US", "DK", "FR"];
const appVersions = ["2.1.0", "2.3.9", "2.4.0", "2.10.1"];

/** How many shoppers there are. */
export const SHOPPER_COUNT = 200;

/** Somebody of the staff comes up once in this many shoppers. */
const STAFF_EVERY = 20;

/** The shopper with a number, from 1. */
export function shopperOf(number: number): Shopper {
  const name = names[(number - 1) % names.length] ?? "Ada";
  const isStaff = number % STAFF_EVERY === 4;
  return {
    id: `shopper-${String(number).padStart(3, "0")}`,
    name,
    country: countries[(number - 1) % countries.length] ?? "SE",
    email: `${name.toLowerCase()}.${number}@${isStaff ? "harbour.example" : "mail.example"}`,
    appVersion: appVersions[(number * 7) % appVersions.length] ?? "2.4.0",
    cartTotal: 30 + ((number * 37) % 90),
  };
}

/** The first shoppers, by number. */
export function shoppersOf(count: number): readonly Shopper[] {
  return Array.from({ length: count }, (_, index) => shopperOf(index + 1));
}

/** What flags may know of a shopper. */
export function contextOf(shopper: Shopper): EvaluationContext {
  return {
    targetingKey: shopper.id,
    country: shopper.country,
    email: shopper.email,
    app: { version: shopper.appVersion },
    cart: { total: shopper.cartTotal },
  };
}
