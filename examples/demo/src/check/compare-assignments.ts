/** Whether the service and the page gave every shopper the same. @module */
import { isDeepStrictEqual } from "node:util";
import type { Outcome } from "../outcome.js";

/** How often a variant was given on each side. */
export interface VariantCounts {
  readonly variant: string;
  readonly service: number;
  readonly page: number;
}

/** One flag on both sides. */
export interface FlagAgreement {
  readonly flag: string;
  /** In the order of their names. */
  readonly variants: readonly VariantCounts[];
  /** How many shoppers got the same variant, value and reason. */
  readonly agreeing: number;
  /** One line for each shopper who did not. */
  readonly differing: readonly string[];
}

/** Compares flag by flag, in the order of the service's outcomes. */
export function compareAssignments(service: readonly Outcome[], page: readonly Outcome[]): readonly FlagAgreement[] {
  const flags = new Set([...service, ...page].map(({ flag }) => flag));
  return [...flags].map((flag) => compareFlag(flag, byShopper(service, flag), byShopper(page, flag)));
}

type ByShopper = ReadonlyMap<string, Outcome>;

function byShopper(outcomes: readonly Outcome[], flag: string): ByShopper {
  return new Map(outcomes.filter((outcome) => outcome.flag === flag).map((outcome) => [outcome.shopper, outcome]));
}

function compareFlag(flag: string, service: ByShopper, page: ByShopper): FlagAgreement {
  const differing: string[] = [];
  const shoppers = new Set([...service.keys(), ...page.keys()]);
  for (const shopper of shoppers) {
    const [one, other] = [service.get(shopper), page.get(shopper)];
    if (!isSame(one, other)) differing.push(`${shopper}: service ${described(one)}, page ${described(other)}`);
  }
  return { flag, variants: variantsOf(service, page), agreeing: shoppers.size - differing.length, differing };
}

function isSame(one: Outcome | undefined, other: Outcome | undefined): boolean {
  if (!one || !other) return false;
  return one.variant === other.variant && one.reason === other.reason && isDeepStrictEqual(one.value, other.value);
}

function described(outcome: Outcome | undefined): string {
  return outcome ? `${outcome.variant} (${outcome.reason}) ${JSON.stringify(outcome.value)}` : "nothing";
}

function variantsOf(service: ByShopper, page: ByShopper): readonly VariantCounts[] {
  const count = (side: ByShopper, variant: string) => [...side.values()].filter((it) => it.variant === variant).length;
  const names = new Set([...service.values(), ...page.values()].map(({ variant }) => variant));
  return [...names].sort().map((variant) => ({
    variant,
    service: count(service, variant),
    page: count(page, variant),
  }));
}
