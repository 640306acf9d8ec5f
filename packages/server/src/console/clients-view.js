/** How the clients of an audience are: what they refuse and lose first, then one by one. @module */
import { byId, html } from "./element.js";
import { count, counted, duration } from "./format.js";
import { askJson } from "./session.js";
import { createTable } from "./table.js";

/** @import { ClientLine, ClientCondition } from "../report/client-health.js" */
/** @import { ConsoleData } from "../report/console-data.js" */

/** @type {Record<ClientCondition, string>} */
const words = {
  refusing: "refusing a version or a flag",
  stale: "stale",
  behind: "on another version",
  losing: "missing records",
  fine: "fine",
};

/** The view; `refresh` asks the endpoint and draws what is new. */
export function createClientsView() {
  const place = byId("clients");
  let drawn = "";
  return {
    /** @param {string} audience @param {ConsoleData} data */
    async refresh(audience, data) {
      /** @type {{ instances: number, clients: ClientLine[] }} */
      const { instances, clients } = await askJson(`/console/clients?audience=${encodeURIComponent(audience)}`);
      const nodes = draw(instances, clients, data);
      const key = nodes.map((node) => node.textContent).join("\n");
      if (key === drawn) return;
      drawn = key;
      const scrolled = place.contains(document.activeElement)
        ? document.activeElement?.getAttribute("aria-label")
        : undefined;
      place.replaceChildren(...nodes);
      const region = [...place.querySelectorAll("[role=region]")].find(
        (node) => node.getAttribute("aria-label") === scrolled,
      );
      if (region instanceof HTMLElement) region.focus({ preventScroll: true });
    },
  };
}

/** @param {number} instances @param {readonly ClientLine[]} clients @param {ConsoleData} data */
function draw(instances, clients, { live }) {
  if (instances === 0)
    return [
      html(
        "p",
        { class: "empty" },
        "No client was heard in the last 5 minutes. They report with their exposures, and once when they start.",
      ),
    ];
  const { rejections = [], losses = [], missingRecords = 0 } = live?.instances ?? {};
  return [
    html("p", { class: "summary-line" }, summaryOf(instances, clients, missingRecords)),
    rejections.length > 0 &&
      createTable(
        "Refused versions",
        [{ title: "Version" }, { title: "Code" }, { title: "Clients", isNumber: true }],
        rejections.map(({ version, code, instances }) => [String(version), code || "none given", count(instances)]),
      ),
    losses.length > 0 &&
      createTable(
        "Records dropped by clients, since each started",
        [{ title: "Reason" }, { title: "Records", isNumber: true }],
        losses.map(({ reason, count: records }) => [reason, count(records)]),
      ),
    clientsTable(instances, clients),
  ].filter((node) => node !== false);
}

/** @param {number} instances @param {readonly ClientLine[]} clients */
function clientsTable(instances, clients) {
  const caption =
    clients.length < instances
      ? `The ${counted(clients.length, "client")} to look at first, of ${count(instances)}`
      : "Clients, those to look at first";
  const columns = [
    { title: "Client" },
    { title: "Condition" },
    { title: "Version", isNumber: true },
    { title: "Confirmed", isNumber: true },
    { title: "Heard", isNumber: true, isOptional: true },
    { title: "Lost", isNumber: true },
    { title: "Missing", isNumber: true, isOptional: true },
    { title: "SDK", isOptional: true },
  ];
  const rows = clients.map((client) => [
    html("code", {}, client.id),
    html("span", { class: "health", "data-health": healthOf(client.condition) }, conditionText(client)),
    client.version === 0 ? "none" : String(client.version),
    `${duration(client.confirmedAgoMs)} ago`,
    `${duration(client.heardAgoMs)} ago`,
    count(client.lost),
    count(client.missingRecords),
    client.sdk || "–",
  ]);
  return createTable(caption, columns, rows);
}

/** @param {ClientCondition} condition */
function healthOf(condition) {
  if (condition === "fine") return "healthy";
  return condition === "refusing" ? "mismatch" : "settling";
}

/** @param {ClientLine} client */
function conditionText({ condition, rejectedVersion, rejectedCode, quarantinedFlags }) {
  if (condition !== "refusing") return words[condition];
  if (rejectedVersion > 0) return `refuses ${rejectedVersion}: ${rejectedCode || "no code"}`;
  return `sets aside ${quarantinedFlags.slice(0, 3).join(", ")}${quarantinedFlags.length > 3 ? " …" : ""}`;
}

/** @param {number} instances @param {readonly ClientLine[]} clients @param {number} missing */
function summaryOf(instances, clients, missing) {
  const conditions = /** @type {ClientCondition[]} */ (["refusing", "stale", "behind", "losing"]);
  const said = conditions.flatMap((condition) => {
    const number = clients.filter((client) => client.condition === condition).length;
    return number === 0 ? [] : [`${count(number)} ${words[condition]}`];
  });
  const records = missing > 0 ? ` ${counted(missing, "record")} not received yet.` : "";
  return `${counted(instances, "client")} heard in the last 5 minutes: ${said.length > 0 ? said.join(", ") : "all fine"}.${records}`;
}
