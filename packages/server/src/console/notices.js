/** What somebody should look at: refused versions, losses, an audience that nobody can read. @module */
import { html } from "./element.js";
import { count, counted } from "./format.js";

/** @import { ConsoleData } from "../report/console-data.js" */

/** @typedef {{ tone: "bad" | "warn" | "info", text: string, flag?: string }} Notice */

/**
 * The sentences for what was polled, each with how serious it is and the flag it is about.
 *
 * @param {ConsoleData} data
 */
function sentences({ live, audiences }) {
  /** @type {Notice[]} */
  const found = [];
  if (!live) return found;
  const { instances, rules } = live;
  for (const { version, code, instances: refusing } of instances.rejections) {
    const verb = refusing === 1 ? "refuses" : "refuse";
    found.push({
      tone: "bad",
      text: `${counted(refusing, "client")} ${verb} version ${version}: ${code || "no code given"}.`,
    });
  }
  for (const { flag, rule } of rules.filter(({ health }) => health === "mismatch")) {
    found.push({ tone: "bad", flag, text: `The counts of ${flag} do not fit the split of ${rule}.` });
  }
  if (instances.missingRecords > 0) {
    found.push({
      tone: "warn",
      text: `${counted(instances.missingRecords, "record")} sealed by running clients did not arrive yet.`,
    });
  }
  const dropped = instances.losses.filter((loss) => loss.count > 0);
  if (dropped.length > 0) {
    const reasons = dropped.map((loss) => `${count(loss.count)} ${loss.reason.replaceAll("_", " ")}`).join(", ");
    found.push({ tone: "warn", text: `Running clients dropped records: ${reasons}.` });
  }
  if (audiences.find(({ name }) => name === live.audience)?.access === "closed") {
    found.push({ tone: "info", text: "No client key is configured for this audience, so nobody can read it." });
  }
  return found;
}

/**
 * Shows the notices; leaves the page alone while they stay the same.
 *
 * @param {HTMLElement} place
 * @param {ConsoleData} data
 * @param {(flag: string) => void} show - Brings a flag's card into view.
 */
export function showNotices(place, data, show) {
  const list = sentences(data);
  const key = JSON.stringify(list);
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(
    ...list.map(({ tone, text, flag }) => {
      const button = flag !== undefined && html("button", { type: "button" }, "Show");
      if (button) button.addEventListener("click", () => show(flag));
      return html("p", { class: "notice", "data-tone": tone }, text, button);
    }),
  );
}
