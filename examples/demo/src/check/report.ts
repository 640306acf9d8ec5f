/** The check's findings as tables, and what of them is wrong. @module */

import { EDIT_LIMIT_MS, type Findings } from "./check-demo.js";
import type { FlagAgreement } from "./compare-assignments.js";
import { tableOf } from "./table.js";

/** Three of a kind are enough to see what is wrong. */
const EXAMPLES = 3;

/** What the check saw, for people. */
export function findingsTable({ before, after, exposures }: Findings): string {
  const assignments = after.flatMap(({ flag, variants, differing }) => {
    const earlier = before.find((it) => it.flag === flag);
    return variants.map(({ variant, service, page }, index) => {
      const then = earlier?.variants.find((it) => it.variant === variant);
      const verdict = differing.length + (earlier?.differing.length ?? 0) === 0 ? "yes" : "NO";
      const counts = [then?.service ?? 0, then?.page ?? 0, service, page];
      return [index === 0 ? flag : "", variant, ...counts, index === 0 ? verdict : ""];
    });
  });
  const head = ["flag", "variant", "Node", "page", "Node after", "page after", "agree"];
  const rows = exposures.map(({ audience, expected, rows: found, missing, unexpected, repeated }) => [
    ...[audience, expected, found, missing.length, unexpected.length, repeated.length],
  ]);
  const exposureHead = ["exposures of", "expected", "stored", "missing", "unexpected", "repeated"];
  return `${tableOf(head, assignments)}\n\n${tableOf(exposureHead, rows)}`;
}

/** One line for each thing that is wrong; empty when all is well. */
export function failuresOf(findings: Findings): readonly string[] {
  const { before, after, latencyMs, exposures, moved, pageLoads, pageErrors } = findings;
  return [
    ...[...before, ...after].flatMap(disagreement),
    ...Object.entries(latencyMs).flatMap(([side, ms]) =>
      ms > EDIT_LIMIT_MS ? [`the ${side} took ${ms} ms to follow the edit; ${EDIT_LIMIT_MS} are allowed`] : [],
    ),
    ...(moved === 0 ? ["the edit of the split moved nobody"] : []),
    ...(after.some(({ variants }) => variants.length > 1) ? [] : ["no flag gave more than one variant"]),
    ...exposures.flatMap(wrongExposures),
    ...(pageLoads === 1 ? [] : [`the page was loaded ${pageLoads} times`]),
    ...pageErrors.map((message) => `the page said: ${message}`),
  ];
}

function disagreement({ flag, differing }: FlagAgreement): readonly string[] {
  if (differing.length === 0) return [];
  return [`${flag} differs for ${differing.length} shoppers, such as ${differing.slice(0, EXAMPLES).join("; ")}`];
}

function wrongExposures(verdict: Findings["exposures"][number]): readonly string[] {
  const { audience, expected } = verdict;
  if (expected === 0) return [`${audience} has nothing to expose`];
  return (["missing", "unexpected", "repeated"] as const).flatMap((kind) => {
    const ids = verdict[kind];
    const examples = ids.slice(0, EXAMPLES).join(", ");
    return ids.length === 0 ? [] : [`${ids.length} exposures of ${audience} are ${kind}, such as ${examples}`];
  });
}
