/** The versions that clients are on, and what each of them changed. @module */
import { byId, html } from "./element.js";
import { count, counted, duration, percent } from "./format.js";
import { askJson } from "./session.js";
import { createTable } from "./table.js";

/** @import { VersionLine, FlagChange } from "../report/version-list.js" */

/** The view; `refresh` asks the endpoint and draws what is new. */
export function createVersionsView() {
  const place = byId("versions");
  let drawn = "";
  return {
    /** @param {string} audience */
    async refresh(audience) {
      /** @type {{ nowMs: number, versions: VersionLine[] }} */
      const { nowMs, versions } = await askJson(`/console/versions?audience=${encodeURIComponent(audience)}`);
      const key = JSON.stringify([audience, Math.floor(nowMs / 60_000), versions]);
      if (key === drawn) return;
      drawn = key;
      const open = new Set(
        [...place.querySelectorAll("details[open]")].map((node) => node.getAttribute("data-version")),
      );
      place.replaceChildren(
        versions.length > 0
          ? draw(versions, nowMs)
          : html("p", { class: "empty" }, "No version is published for this audience yet."),
      );
      for (const node of place.querySelectorAll("details")) node.open = open.has(node.dataset.version ?? "");
    },
  };
}

/** @param {readonly VersionLine[]} versions @param {number} nowMs */
function draw(versions, nowMs) {
  const all = versions.reduce((sum, { instances }) => sum + instances, 0);
  const columns = [
    { title: "Version" },
    { title: "Clients", isNumber: true },
    { title: "Share", isNumber: true, isOptional: true },
    { title: "Served here", isOptional: true },
    { title: "What it changed" },
  ];
  const rows = versions.map((line) => [
    html(
      "span",
      {},
      String(line.version),
      line.isCurrent && html("span", { class: "state", "data-state": "active" }, "current"),
    ),
    count(line.instances),
    all === 0 ? "–" : percent(line.instances / all),
    line.servedSinceMs === undefined ? "before this start" : `for ${duration(nowMs - line.servedSinceMs)}`,
    changesOf(line),
  ]);
  return createTable("Versions, newest first, and the clients of the last 5 minutes on each", columns, rows);
}

/** @param {VersionLine} line */
function changesOf({ version, comparedWith, changes, moreChanges }) {
  if (comparedWith === undefined) return html("span", { class: "fact" }, "the oldest one known");
  if (changes === undefined) return html("span", { class: "fact" }, "its bundle, or the one before, is not kept here");
  if (changes.length === 0) return html("span", { class: "fact" }, `no flag differs from version ${comparedWith}`);
  return html(
    "details",
    { "data-version": String(version) },
    html("summary", {}, `${counted(changes.length + moreChanges, "flag")} since version ${comparedWith}`),
    html(
      "ul",
      { class: "changes" },
      ...changes.map(changeItem),
      moreChanges > 0 && html("li", {}, `… ${counted(moreChanges, "more flag")}`),
    ),
  );
}

/** @param {FlagChange} change */
function changeItem({ flag, kind, details }) {
  return html(
    "li",
    { "data-kind": kind },
    html("code", {}, flag),
    kind === "changed" ? "" : ` ${kind}`,
    details.length > 0 && html("ul", {}, ...details.map((detail) => html("li", {}, detail))),
  );
}
