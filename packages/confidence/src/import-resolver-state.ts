/** The import: the bytes of a resolver state to the bytes of a bundle. @module */
import { type Diagnostic, FlagError } from "@aplomb/core";
import { findProblems } from "./check/find-problems.js";
import { allocationSaltOf } from "./convert/salts.js";
import { writeBundle } from "./convert/write-bundle.js";
import { createReporter } from "./diagnostics.js";
import type { ImportOptions } from "./import-options.js";
import { readAllocations } from "./read/read-allocations.js";
import { readState } from "./read/read-state.js";
import { accountOf } from "./select/account-of.js";
import { reportEnvironments } from "./select/report-environments.js";
import { requesterOf } from "./select/requester-of.js";
import { selectBloomFilters } from "./select/select-bloom-filters.js";
import { selectFlags } from "./select/select-flags.js";
import { selectSegments } from "./select/select-segments.js";

/** An imported state. */
export interface ImportedState {
  /** An unsigned bundle that `openBundle` opens. Equal states give equal bytes, whatever the order of their entries. */
  readonly bundle: Uint8Array;
  /** What was left out, what a client will set aside, and what may fail when it is reached. Empty when all is well. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Imports what one client may resolve of a Confidence resolver state.
 *
 * Names of variants, rules, segments and assignments stay as they are, so that exposures match those of the source
 * platform; a flag's key is its name without `flags/`. Units fall into the same buckets as there.
 *
 * @param state - A resolver state, or the envelope it is handed out in; which of the two it is shows. Only read.
 * @param options - The account, and either the client's secret or its name and environments.
 * @throws FlagError MALFORMED for a state that the source platform's resolver would refuse to load; OPTION for an
 * account, secret or client that does not go with it; LIMIT for more than a client of ours takes.
 * @example
 * const { bundle, diagnostics } = importResolverState(bytes, { account: "acme", clientSecret });
 * evaluate(openBundle(bundle), "checkout.enabled", false, { targetingKey: "user-1" }).value
 */
export function importResolverState(state: Uint8Array, options: ImportOptions): ImportedState {
  if (typeof options !== "object" || options === null) throw new FlagError("OPTION", "options: not an object");
  const { diagnostics, report } = createReporter();
  const { state: source, account: named } = readState(state);
  const account = accountOf(options, named, report);
  const requester = requesterOf(source, options);
  reportEnvironments(source, requester, options, report);
  const flags = selectFlags(source.flags, requester, report);
  const segments = selectSegments(flags, source.segments, report);
  const allocations = readAllocations(source.bitsets, segments);
  const bloomFilters = selectBloomFilters(segments, source.bloomFilters, report);
  const allocationSalt = allocationSaltOf(account);
  const bundle = writeBundle({ allocationSalt, flags, segments, allocations, bloomFilters }, report);
  for (const { entry, severity, message } of findProblems(bundle)) report(entry, severity, message);
  return { bundle, diagnostics };
}
