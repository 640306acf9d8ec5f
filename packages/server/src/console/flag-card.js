/** One flag: what it is, and how its rules split those who met it. @module */
import { html, setText } from "./element.js";
import { count, counted, percent, probability } from "./format.js";
import { createSplitChart } from "./split-chart.js";
import { drawTrees } from "./tree.js";

/** @import { RuleCounts, SplitHealth } from "../report/console-data.js" */
/** @import { DescribedRule, DescribedFlag } from "../report/describe-flags.js" */

/** @type {Record<SplitHealth, string>} */
const healthWords = {
  healthy: "looks healthy",
  mismatch: "mismatch",
  collecting: "collecting",
  settling: "settling",
  single: "one outcome",
  past: "past",
};

/**
 * What a rule's health means, in a sentence.
 *
 * @param {RuleCounts} counts
 */
function healthSentence({ health, sinceVersion, earlierExposures }) {
  if (health === "mismatch") {
    return `The counts do not fit the split. Trust no result of this rule before the cause is found. The usual ones: a redirect, a crash or a filter that one variant has and the others have not.`;
  }
  if (health === "collecting") return "Too few to say much yet; a gross mismatch would show all the same.";
  if (health === "settling") {
    return `The split changed today, in version ${sinceVersion}. ${counted(earlierExposures, "earlier exposure")} left out; units seen before the change are sent again tomorrow (UTC), and the check resumes then.`;
  }
  return "";
}

/**
 * @param {DescribedFlag} flag
 * @param {DescribedRule} rule
 */
function createRule(flag, rule) {
  const chart = createSplitChart(flag, rule);
  const word = html("span", { class: "health", "data-health": "none" });
  const p = html("span", { class: "p" });
  const sentence = html("p", { class: "why" });
  const { coverage = 0 } = rule.split ?? {};
  const facts = [
    rule.segment && !rule.targeting && `for ${rule.segment}, without conditions`,
    rule.split &&
      rule.split.outcomes.length > 0 &&
      (coverage < 1 ? `${percent(coverage)} of its units, the rest goes on` : "all of its units"),
    rule.unitSelector && `by ${rule.unitSelector}`,
  ].filter(Boolean);
  const isOff = !rule.enabled || flag.state !== "active";
  const node = html(
    "section",
    { class: isOff ? "rule off" : "rule" },
    html(
      "header",
      {},
      html("h4", {}, rule.name || "unnamed rule"),
      html("p", { class: "facts" }, rule.enabled ? facts.join(" · ") : "switched off"),
      html("p", { class: "verdict" }, p, word),
    ),
    rule.description && html("p", { class: "description" }, rule.description),
    whoOf(rule),
    drawnOf(rule) ?? chart.node,
    sentence,
  );
  return {
    node,
    /** @param {RuleCounts | undefined} counts */
    update(counts) {
      chart.update(counts);
      const shown = counts !== undefined && counts.health !== "single";
      word.dataset.health = shown ? counts.health : "none";
      setText(word, shown ? healthWords[counts.health] : "");
      setText(p, counts?.pValue === undefined ? "" : probability(counts.pValue));
      setText(sentence, counts ? healthSentence(counts) : "");
    },
  };
}

/** Who a rule is for. @param {DescribedRule} rule */
function whoOf({ segment, targeting }) {
  return targeting && html("details", { class: "who" }, html("summary", {}, `for ${segment}`), drawTrees([targeting]));
}

/** What to say of a rule that has nothing to draw. @param {DescribedRule} rule */
function drawnOf({ split }) {
  if (!split) return html("p", { class: "description" }, "This rule has no split: it is passed over.");
  if (split.outcomes.length > 0) return undefined;
  return html(
    "p",
    { class: "description" },
    "It gives no variant: every unit goes on to the next rule, and who was drawn here is recorded with it.",
  );
}

/**
 * The card of a flag; `update` takes the day's counts by rule.
 *
 * @param {DescribedFlag} flag
 */
export function createFlagCard(flag) {
  const rules = new Map(flag.rules.map((rule) => [rule.name, createRule(flag, rule)]));
  const total = html("p", { class: "total" });
  const passed = html("p", { class: "description" });
  const waiting = html("p", { class: "description" });
  const node = html(
    "article",
    { class: "card", "aria-label": flag.key, tabindex: -1 },
    html(
      "header",
      { class: "card-head" },
      html("h3", {}, flag.key),
      html("span", { class: "state", "data-state": flag.state }, flag.state),
      flag.owner && html("span", { class: "fact" }, flag.owner),
      flag.expiresOn && html("span", { class: "fact" }, `until ${flag.expiresOn}`),
      total,
    ),
    flag.description && html("p", { class: "description" }, flag.description),
    restingPlace(flag),
    waiting,
    ...[...rules.values()].map((rule) => rule.node),
    passed,
  );

  /** @param {readonly RuleCounts[]} counts Of this flag. */
  function update(counts) {
    for (const [name, rule] of rules) rule.update(counts.find((entry) => entry.rule === name));
    const exposures = counts.reduce((sum, entry) => sum + exposuresOf(entry) + entry.earlierExposures, 0);
    total.replaceChildren(html("strong", {}, count(exposures)), exposures === 1 ? " exposure" : " exposures");
    const idle = flag.state === "active" && flag.rules.length > 0 && exposures === 0;
    setText(waiting, idle ? "No exposures today: they appear here when a client reads the flag." : "");
    const others = counts.filter((entry) => !rules.has(entry.rule));
    setText(passed, others.map(otherSentence).join(" "));
  }

  update([]);
  return { node, update };
}

/** @param {RuleCounts} counts */
const exposuresOf = ({ outcomes }) => outcomes.reduce((sum, { exposures }) => sum + exposures, 0);

/** @param {RuleCounts} counts */
function otherSentence(counts) {
  const exposures = counted(exposuresOf(counts), "exposure");
  if (counts.rule === "") return `${exposures} of units that every rule passed on.`;
  return `${exposures} by ${counts.rule}, which this version does not have.`;
}

/**
 * What to say of a flag that decides nothing here.
 *
 * @param {DescribedFlag} flag
 */
function restingPlace({ state, rules, key }) {
  if (state === "disabled")
    return html("p", { class: "description" }, "Switched off: every read gives the caller's default.");
  if (state === "remote")
    return html("p", { class: "description" }, "Evaluated at the endpoint; not in this audience's bundle.");
  if (state === "unreadable") {
    return html(
      "p",
      { class: "description" },
      `Its entry cannot be decoded. Clients set it aside and serve defaults: build and publish ${key} again.`,
    );
  }
  return rules.length === 0 && html("p", { class: "description" }, "No rules: every read gives the caller's default.");
}
