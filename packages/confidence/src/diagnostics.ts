/** What an import has to say about a state beside its result. @module */
import type { Diagnostic } from "@aplomb/core";

/** Notes something of a state that is wrong without making the state wrong. */
export type Report = (entry: string, severity: Diagnostic["severity"], message: string) => void;

/** A list of diagnostics, and what adds to it; the same thing is noted once. */
export function createReporter(): { readonly diagnostics: readonly Diagnostic[]; readonly report: Report } {
  const diagnostics: Diagnostic[] = [];
  const known = new Set<string>();
  const report: Report = (entry, severity, message) => {
    const text = JSON.stringify([entry, severity, message]);
    if (known.has(text)) return;
    known.add(text);
    diagnostics.push({ entry, severity, message });
  };
  return { diagnostics, report };
}
