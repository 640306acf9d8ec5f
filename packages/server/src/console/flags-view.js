/** The flags of the chosen audience: the cards that match the filter, with the day's counts. @module */
import { byId, html, setText } from "./element.js";
import { createFlagCard } from "./flag-card.js";

/** @import { ConsoleData, RuleCounts } from "../report/console-data.js" */
/** @import { DescribedFlag } from "../report/describe-flags.js" */

/** Cards drawn at once; more come by the button, and the filter finds the others. */
const cardsAtOnce = 50;

const cards = byId("cards");
const filter = /** @type {HTMLInputElement} */ (byId("filter"));
const more = byId("more");

/** The view; `show` takes the flags when they change and the counts whenever they are polled. */
export function createFlagsView() {
  /** @type {Map<string, ReturnType<typeof createFlagCard>>} */
  let drawn = new Map();
  /** @type {readonly DescribedFlag[]} */
  let flags = [];
  /** @type {ConsoleData | undefined} */
  let latest;
  let limit = cardsAtOnce;

  function draw() {
    if (!latest) return;
    const text = filter.value.trim().toLowerCase();
    const wanted = flags.filter((flag) => textOf(flag).includes(text));
    const shown = wanted.slice(0, limit);
    const counts = countsByFlag(latest.live?.rules ?? []);
    const nodes = shown.map((flag) => {
      const card = drawn.get(flag.key) ?? createFlagCard(flag);
      drawn.set(flag.key, card);
      card.update(counts.get(flag.key) ?? []);
      return card.node;
    });
    place(nodes, emptyHint(latest, flags.length, wanted.length, filter.value.trim()));
    more.hidden = wanted.length <= shown.length;
    setText(more, `Show ${Math.min(cardsAtOnce, wanted.length - shown.length)} more`);
    const matches = text === "" ? String(flags.length) : `${wanted.length} of ${flags.length}`;
    setText(byId("flags-title"), flags.length > 0 ? `Flags (${matches})` : "Flags");
  }

  filter.addEventListener("input", () => {
    limit = cardsAtOnce;
    draw();
  });
  more.addEventListener("click", () => {
    const first = limit;
    limit += cardsAtOnce;
    draw();
    /** @type {HTMLElement | undefined} */ (cards.children[first])?.focus();
  });

  return {
    /** @param {ConsoleData} data @param {readonly DescribedFlag[] | undefined} changed - Undefined: the flags are the same. */
    show(data, changed) {
      latest = data;
      if (changed) {
        flags = changed;
        drawn = new Map();
      }
      draw();
    },
    /** Brings a card into view, whatever the filter hides. @param {string} flag */
    reveal(flag) {
      if (!drawn.get(flag)?.node.isConnected) {
        filter.value = flag;
        draw();
      }
      const card = drawn.get(flag)?.node;
      card?.scrollIntoView({ block: "center" });
      card?.focus({ preventScroll: true });
    },
  };
}

/** What the filter looks at. @param {DescribedFlag} flag */
const textOf = ({ key, owner, description, state, rules }) =>
  [key, owner, description, state, ...rules.map(({ name, segment }) => `${name} ${segment}`)].join(" ").toLowerCase();

/** @param {readonly RuleCounts[]} rules */
function countsByFlag(rules) {
  /** @type {Map<string, RuleCounts[]>} */
  const counts = new Map();
  for (const rule of rules) {
    const known = counts.get(rule.flag);
    if (known) known.push(rule);
    else counts.set(rule.flag, [rule]);
  }
  return counts;
}

/** @param {HTMLElement[]} nodes @param {string | undefined} hint */
function place(nodes, hint) {
  const isSame = cards.children.length === nodes.length && nodes.every((node, index) => cards.children[index] === node);
  if (isSame && hint === undefined) return;
  if (hint !== undefined && cards.lastElementChild?.textContent === hint) return;
  cards.replaceChildren(...nodes, ...(hint === undefined ? [] : [html("p", { class: "empty" }, hint)]));
}

/**
 * What to do where there is nothing to see.
 *
 * @param {ConsoleData} data @param {number} flags @param {number} wanted @param {string} text
 */
function emptyHint(data, flags, wanted, text) {
  const published = data.audiences.find(({ name }) => name === data.live?.audience)?.published;
  if (data.audiences.length === 0)
    return "Nothing is published yet. Build and sign a folder of flags (aplomb build, aplomb sign); they appear here by themselves.";
  if (!data.live) return "There is no such audience: choose one above.";
  if (!published)
    return `Nothing is published for ${data.live.audience} yet. Publish a bundle for it; it appears here by itself.`;
  if (flags === 0) return "This bundle holds no flags. Add one to the folder of flags and publish again.";
  if (wanted === 0) return `No flag matches "${text}".`;
  return undefined;
}
