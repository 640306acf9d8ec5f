/** What the demo says in the terminal. @module */
import { formatProblems } from "@aplomb/authoring";
import type { PublishOutcome } from "aplomb";
import colors from "picocolors";
import type { ServiceTally } from "./service-messages.js";
import type { Demo } from "./start-demo.js";

const paint = { error: colors.red, warning: colors.yellow, place: colors.cyan, quiet: colors.dim };

/** Where to look and what to try. */
export function welcome({ page, project }: Demo): string {
  return [
    "",
    colors.bold("  Aplomb demo"),
    "",
    `  Page      ${colors.cyan(page.url)}`,
    `  Console   ${colors.cyan(project.consoleUrl ?? "off")}`,
    `  Endpoint  ${colors.cyan(project.url)}`,
    "",
    `  Edit ${colors.bold("examples/demo/flags/checkout.yaml")} and save: a text, a colour, the split.`,
    "  Page, service and console follow at once. Break the file, and see what stays.",
    `  Set ${colors.bold("enabled: false")} in ${colors.bold("flags/gift-wrap.yaml")}: the kill switch.`,
    "",
    colors.dim("  Ctrl-C ends everything."),
    "",
  ].join("\n");
}

/** How the service is doing. */
export function serviceLine({ bundleVersion, evaluations, checkouts }: ServiceTally): string {
  const total = Object.values(checkouts).reduce((sum, count) => sum + count, 0);
  const shares = Object.entries(checkouts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([variant, count]) => `${variant} ${Math.round((100 * count) / Math.max(total, 1))} %`);
  return colors.dim(
    `  Service on bundle ${bundleVersion}: ${shares.join(", ")} of ${total} shoppers, ${evaluations} evaluations`,
  );
}

/** What became of a look at the flag files; empty when there is nothing to say. */
export function outcomeLines(outcome: PublishOutcome): string {
  if (outcome.type === "failed") return colors.red(`  Not published: ${outcome.error.message}`);
  const problems = outcome.problems.length > 0 ? formatProblems(outcome.problems, outcome.texts, paint) : "";
  if (outcome.type === "broken") return `${problems}\n${colors.yellow("  The last good bundle stays active.")}`;
  const fresh = outcome.published.filter(({ change }) => change === "new");
  const versions = fresh.map(({ manifest }) => `${manifest.audience} ${manifest.version}`).join(", ");
  return [problems, versions && colors.green(`  Published ${versions}`)].filter(Boolean).join("\n");
}
