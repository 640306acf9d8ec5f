/** One text for a unit, a materialization and a rule, whatever letters they have. @module */
import type { MaterializationRead } from "@aplomb/core";

/** The same for two of them only if all three parts are. */
export function stickyKey({ unit, materialization, rule }: MaterializationRead): string {
  return JSON.stringify([unit, materialization, rule]);
}
