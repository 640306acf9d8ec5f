/** Wires the page: polls, keeps the flags of the chosen audience, and hands the counts to their cards. @module */
import { byId, html, setText } from "./element.js";
import { createFlagCard } from "./flag-card.js";
import { showNotices } from "./notices.js";
import { getJson, startPolling } from "./poll.js";
import { createSummary } from "./summary.js";

/** @import { ConsoleData } from "../report/console-data.js" */
/** @import { DescribedFlag } from "../report/describe-flags.js" */

/** More cards than this are not drawn at once: the filter finds the others. */
const maxCards = 100;

const summary = createSummary();
byId("summary").append(summary.node);
byId("legend").append(
  html("span", { class: "key observed" }),
  "observed share",
  html("span", { class: "key expected" }),
  "expected by the split",
);
const cards = byId("cards");
const filter = /** @type {HTMLInputElement} */ (byId("filter"));

/** @type {Map<string, ReturnType<typeof createFlagCard>>} */
let shown = new Map();
/** @type {{ audience: string, sha256: string, flags: DescribedFlag[] } | undefined} */
let loaded;
/** @type {ConsoleData | undefined} */
let latest;

const chosenAudience = () => decodeURIComponent(location.hash.slice(1));

async function ask() {
  const chosen = chosenAudience();
  /** @type {ConsoleData} */
  const data = await getJson(`/console/data${chosen ? `?audience=${encodeURIComponent(chosen)}` : ""}`);
  if (chosen !== chosenAudience()) return;
  const audience = data.live?.audience;
  const sha256 = data.audiences.find(({ name }) => name === audience)?.published?.sha256;
  if (audience === undefined || sha256 === undefined) loaded = undefined;
  else if (loaded?.audience !== audience || loaded.sha256 !== sha256) {
    const { flags } = await getJson(`/console/flags?audience=${encodeURIComponent(audience)}`);
    loaded = { audience, sha256, flags };
    shown = new Map();
  }
  latest = data;
  draw(data);
}

/** @param {ConsoleData} data */
function draw(data) {
  drawAudiences(data);
  summary.update(data);
  showNotices(byId("notices"), data, showFlag);
  drawCards(data);
}

/** @param {ConsoleData} data */
function drawAudiences({ audiences, live }) {
  const nav = byId("audiences");
  const key = JSON.stringify([audiences.map(({ name }) => name), live?.audience]);
  if (nav.dataset.key === key) return;
  nav.dataset.key = key;
  nav.replaceChildren(
    ...audiences.map(({ name }) =>
      html("a", { href: `#${encodeURIComponent(name)}`, "aria-current": name === live?.audience && "page" }, name),
    ),
  );
  document.title = live ? `${live.audience} · Aplomb console` : "Aplomb console";
}

/** @param {ConsoleData} data */
function drawCards(data) {
  const flags = loaded?.flags ?? [];
  const text = filter.value.trim().toLowerCase();
  const wanted = flags.filter(({ key, owner, description }) =>
    `${key} ${owner} ${description}`.toLowerCase().includes(text),
  );
  const drawn = wanted.slice(0, maxCards);
  for (const flag of drawn) if (!shown.has(flag.key)) shown.set(flag.key, createFlagCard(flag));
  const nodes = drawn.flatMap((flag) => shown.get(flag.key)?.node ?? []);
  const rest = wanted.length - drawn.length;
  const hint =
    emptyHint(data, flags.length, wanted.length) ?? (rest > 0 ? `${rest} more: narrow the filter.` : undefined);
  place(nodes, hint);
  for (const flag of drawn) {
    shown.get(flag.key)?.update(data.live?.rules.filter((counts) => counts.flag === flag.key) ?? []);
  }
  setText(byId("flags-title"), flags.length > 0 ? `Flags (${flags.length})` : "Flags");
}

/**
 * Brings a card into view, whatever the filter hides.
 *
 * @param {string} flag
 */
function showFlag(flag) {
  if (!shown.get(flag)?.node.isConnected) {
    filter.value = flag;
    if (latest) drawCards(latest);
  }
  const card = shown.get(flag)?.node;
  card?.scrollIntoView({ block: "center" });
  card?.focus({ preventScroll: true });
}

/** @param {HTMLElement[]} nodes @param {string | undefined} hint */
function place(nodes, hint) {
  const same = cards.children.length === nodes.length && nodes.every((node, index) => cards.children[index] === node);
  if (same && hint === undefined) return;
  if (hint !== undefined && cards.lastElementChild?.textContent === hint && cards.children.length === nodes.length + 1)
    return;
  cards.replaceChildren(...nodes, ...(hint === undefined ? [] : [html("p", { class: "empty" }, hint)]));
}

/**
 * What to do where there is nothing to see.
 *
 * @param {ConsoleData} data @param {number} flags @param {number} wanted
 */
function emptyHint(data, flags, wanted) {
  if (data.audiences.length === 0)
    return "Nothing is published yet. Build and sign a folder of flags (aplomb build, aplomb sign); they appear here by themselves.";
  if (!data.live) return `There is no audience "${chosenAudience()}": choose one above.`;
  if (!loaded)
    return `Nothing is published for ${data.live.audience} yet. Publish a bundle for it; it appears here by itself.`;
  if (flags === 0) return "This bundle holds no flags. Add one to the folder of flags and publish again.";
  if (wanted === 0) return `No flag matches "${filter.value.trim()}".`;
  return undefined;
}

const pulse = byId("pulse");
const askNow = startPolling(ask, (failures) => {
  pulse.dataset.state = failures === 0 ? "live" : "lost";
  setText(pulse, failures === 0 ? "live" : "no answer, trying again");
});
window.addEventListener("hashchange", askNow);
filter.addEventListener("input", () => latest && drawCards(latest));
