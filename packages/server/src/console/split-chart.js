/** Draws a rule's split: observed shares as bars, expected ones as marks, inside a table that says the same in words. @module */
import { html, setText, svg } from "./element.js";
import { count, percent } from "./format.js";

/** @import { RuleCounts, OutcomeCount } from "../report/console-data.js" */
/** @import { DescribedRule, DescribedFlag } from "../report/describe-flags.js" */

const heightPx = 22;

/**
 * A bar on a line from 0 to a share, with a mark where it should end.
 */
function createBar() {
  const observed = svg("rect", { class: "observed", x: 0, y: 5, width: "0%", height: heightPx - 10, rx: 2 });
  const expected = svg("rect", { class: "expected", y: 0, width: 3, height: heightPx, rx: 1.5 });
  const grid = [0, 25, 50, 75, 100].map((at) =>
    svg("line", { class: "grid", x1: `${at}%`, x2: `${at}%`, y1: 0, y2: heightPx }),
  );
  const middle = heightPx / 2;
  const interval = svg("line", { class: "interval", y1: middle, y2: middle });
  const ends = [0, 1].map(() => svg("line", { class: "interval", y1: middle - 4, y2: middle + 4 }));
  const node = svg(
    "svg",
    { class: "bar-chart", height: heightPx, "aria-hidden": "true" },
    ...[...grid, observed, interval, ...ends, expected],
  );
  return {
    node,
    /** @param {OutcomeCount} outcome @param {number} share @param {number} scale */
    draw(outcome, share, scale) {
      observed.setAttribute("width", `${(share / scale) * 100}%`);
      expected.setAttribute("x", `${(outcome.share / scale) * 100}%`);
      expected.classList.toggle("absent", outcome.share === 0);
      observed.classList.toggle("unexpected", outcome.share === 0);
      const bounds = outcome.interval ?? { lower: 0, upper: 0 };
      const [from, to] = [bounds.lower, bounds.upper].map((share) => `${Math.min(1, share / scale) * 100}%`);
      for (const line of [interval, ...ends])
        line.classList.toggle("absent", !outcome.interval || outcome.exposures === 0);
      place(interval, from, to);
      place(ends[0], from, from);
      place(ends[1], bounds.upper > scale ? from : to, bounds.upper > scale ? from : to);
    },
  };
}

/** @param {SVGLineElement | undefined} line @param {string | undefined} from @param {string | undefined} to */
function place(line, from, to) {
  line?.setAttribute("x1", from ?? "0");
  line?.setAttribute("x2", to ?? "0");
}

/**
 * @param {string} variant
 * @param {DescribedFlag} flag
 */
function createRow(variant, flag) {
  const value = flag.variants.find(({ name }) => name === variant)?.value ?? "";
  const note = variant === "" ? "the caller's default value" : value;
  const bar = createBar();
  const observed = html("td", { class: "number strong" });
  const expected = html("td", { class: "number" });
  const exposures = html("td", { class: "number" });
  const node = html(
    "tr",
    {},
    html(
      "th",
      { scope: "row" },
      html("span", { class: variant === "" ? "variant none" : "variant" }, variant === "" ? "client default" : variant),
      note && html("span", { class: "value", title: note }, note),
    ),
    html("td", { class: "drawn" }, bar.node),
    observed,
    expected,
    exposures,
  );
  return {
    node,
    /** @param {OutcomeCount} outcome @param {number} total @param {number} scale */
    update(outcome, total, scale) {
      const share = total === 0 ? 0 : outcome.exposures / total;
      bar.draw(outcome, share, scale);
      setText(observed, total === 0 ? "–" : percent(share));
      observed.title = outcome.interval
        ? `the counts allow ${percent(outcome.interval.lower)} to ${percent(outcome.interval.upper)}`
        : "";
      setText(expected, outcome.share === 0 ? "none" : percent(outcome.share));
      setText(exposures, count(outcome.exposures));
    },
  };
}

/** The end of the line that all shares fit on. @param {number} largest */
const scaleFor = (largest) => [0.1, 0.25, 0.5].find((scale) => largest <= scale * 0.96) ?? 1;

/**
 * A table with one row for each outcome of a rule.
 *
 * @param {DescribedFlag} flag
 * @param {DescribedRule} rule
 */
export function createSplitChart(flag, rule) {
  /** @type {Map<string, ReturnType<typeof createRow>>} */
  const rows = new Map();
  const body = html("tbody");
  const ends = html("th", { scope: "col", class: "axis" });
  const node = html(
    "table",
    { class: "split" },
    html("caption", { class: "unseen" }, `Exposures of ${flag.key} by rule ${rule.name} today`),
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "col" }, "Variant"),
        ends,
        html("th", { scope: "col", class: "number" }, "Observed"),
        html("th", { scope: "col", class: "number" }, "Expected"),
        html("th", { scope: "col", class: "number" }, "Exposures"),
      ),
    ),
    body,
  );

  /** @param {RuleCounts | undefined} counts */
  function update(counts) {
    const outcomes = counts?.outcomes ?? rule.split?.outcomes.map((outcome) => ({ ...outcome, exposures: 0 })) ?? [];
    const total = outcomes.reduce((sum, { exposures }) => sum + exposures, 0);
    const shares = outcomes.flatMap(({ share, exposures }) => [share, total === 0 ? 0 : exposures / total]);
    const scale = scaleFor(Math.max(...shares, 0));
    if (ends.dataset.scale !== String(scale)) {
      ends.dataset.scale = String(scale);
      ends.replaceChildren(
        html("span", { class: "unseen" }, "Share, drawn"),
        ...[0, 0.5, 1].map((part) => html("span", { "aria-hidden": "true" }, percent(part * scale))),
      );
    }
    for (const outcome of outcomes) {
      let row = rows.get(outcome.variant);
      if (!row) {
        row = createRow(outcome.variant, flag);
        rows.set(outcome.variant, row);
        body.append(row.node);
      }
      row.update(outcome, total, scale);
    }
  }

  update(undefined);
  return { node, update };
}
