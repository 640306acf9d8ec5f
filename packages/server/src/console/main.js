/** Wires the page: polls, keeps the flags of the chosen audience, and hands what it hears to the view that is shown. @module */
import { createClientsView } from "./clients-view.js";
import { byId, html, setText } from "./element.js";
import { createExplainView } from "./explain-view.js";
import { createFlagsView } from "./flags-view.js";
import { followLogin, showInside, showLogin } from "./login.js";
import { showNotices } from "./notices.js";
import { startPolling } from "./poll.js";
import { hrefOf, readRoute, views } from "./route.js";
import { askJson, TokenNeeded } from "./session.js";
import { createSummary } from "./summary.js";
import { createVersionsView } from "./versions-view.js";

/** @import { ConsoleData } from "../report/console-data.js" */
/** @import { DescribedFlag } from "../report/describe-flags.js" */

/** How often versions and clients are asked for while they are shown. */
const refreshMs = 3_000;

const summary = createSummary();
byId("summary").append(summary.node);
const flagsView = createFlagsView();
const explainView = createExplainView();
const refreshed = { versions: createVersionsView(), clients: createClientsView() };

/** @type {{ audience: string, sha256: string, flags: DescribedFlag[] }} */
let loaded = { audience: "", sha256: "", flags: [] };
let shownRoute = "";
let refreshedAtMs = 0;

async function ask() {
  const route = readRoute();
  const query = route.audience ? `?audience=${encodeURIComponent(route.audience)}` : "";
  /** @type {ConsoleData} */
  const data = await askJson(`/console/data${query}`);
  if (route.audience !== readRoute().audience) return;
  showInside();
  const audience = data.live?.audience ?? "";
  const changed = await loadFlags(data, audience);
  showRoute(data);
  summary.update(data);
  showNotices(byId("notices"), data, reveal);
  flagsView.show(data, changed);
  if (changed) explainView.show(audience, changed);
  await refreshView(audience, data);
}

/**
 * The flags of an audience where they are others than before; undefined where they are the same.
 *
 * @param {ConsoleData} data @param {string} audience
 */
async function loadFlags(data, audience) {
  const sha256 = data.audiences.find(({ name }) => name === audience)?.published?.sha256 ?? "";
  if (loaded.audience === audience && loaded.sha256 === sha256) return undefined;
  const flags = sha256 ? (await askJson(`/console/flags?audience=${encodeURIComponent(audience)}`)).flags : [];
  loaded = { audience, sha256, flags };
  return loaded.flags;
}

/** @param {string} audience @param {ConsoleData} data */
async function refreshView(audience, data) {
  const { view } = readRoute();
  if (view !== "versions" && view !== "clients") return;
  if (Math.abs(data.nowMs - refreshedAtMs) < refreshMs) return;
  refreshedAtMs = data.nowMs;
  await refreshed[view].refresh(audience, data);
}

/** @param {string} flag */
function reveal(flag) {
  location.hash = hrefOf(loaded.audience, "flags");
  showView("flags");
  flagsView.reveal(flag);
}

/** @param {ConsoleData} data */
function showRoute({ audiences, live }) {
  const { view } = readRoute();
  const key = JSON.stringify([audiences.map(({ name }) => name), live?.audience, view]);
  if (shownRoute === key) return;
  shownRoute = key;
  refreshedAtMs = 0;
  const audience = live?.audience ?? "";
  byId("audiences").replaceChildren(...audiences.map(({ name }) => link(name, hrefOf(name, view), name === audience)));
  byId("view-links").replaceChildren(
    ...views.map(([name, title]) => link(title, hrefOf(audience, name), name === view)),
  );
  document.title = live ? `${audience} · Aplomb console` : "Aplomb console";
  showView(view);
}

/** @param {string} view */
function showView(view) {
  for (const [name] of views) byId(name).hidden = name !== view;
}

/** Keeps the focus on a link that is drawn anew. @param {string} text @param {string} href @param {boolean} isCurrent */
function link(text, href, isCurrent) {
  const had =
    document.activeElement instanceof HTMLAnchorElement && document.activeElement.getAttribute("href") === href;
  const node = html("a", { href, "aria-current": isCurrent && "page" }, text);
  if (had) queueMicrotask(() => node.focus());
  return node;
}

const pulse = byId("pulse");
const askNow = startPolling(ask, (error) => {
  if (error instanceof TokenNeeded) showLogin();
  pulse.dataset.state = error === undefined ? "live" : "lost";
  setText(pulse, error === undefined ? "live" : error instanceof TokenNeeded ? "locked" : "no answer, trying again");
});
followLogin(askNow);
window.addEventListener("hashchange", askNow);
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("views").focus();
});
