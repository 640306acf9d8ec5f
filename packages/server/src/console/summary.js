/** The line of facts about an audience: version, freshness, clients, and exposures as they come in. @module */
import { html, setText, svg } from "./element.js";
import { count, counted, duration, shortCount, size } from "./format.js";

/** @import { AudienceLine, ConsoleData } from "../report/console-data.js" */

const keptSeconds = 60;

/** @param {string} title */
function createTile(title) {
  const main = html("strong", {});
  const detail = html("span", { class: "detail" });
  const node = html("div", { class: "tile" }, html("dt", {}, title), html("dd", {}, main, detail));
  return {
    node,
    /** @param {string} text @param {string} more @param {string} [tone] */
    set(text, more, tone = "") {
      setText(main, text);
      setText(detail, more);
      node.dataset.tone = tone;
    },
  };
}

/** Exposures by second, drawn as a line over the last minute. */
function createRateLine() {
  /** @type {{ atMs: number, exposures: number }[]} */
  let samples = [];
  const area = svg("path", { class: "area" });
  const line = svg("path", { class: "line" });
  const node = svg(
    "svg",
    { class: "rate", viewBox: `0 0 ${keptSeconds} 20`, preserveAspectRatio: "none", "aria-hidden": "true" },
    area,
    line,
  );
  return {
    node,
    clear() {
      samples = [];
      area.setAttribute("d", "");
      line.setAttribute("d", "");
    },
    /**
     * Takes a total and answers the rate over the last ten seconds; undefined before there is one.
     *
     * @param {number} atMs
     * @param {number} exposures
     */
    add(atMs, exposures) {
      if (samples.some((sample) => sample.exposures > exposures)) samples = [];
      samples.push({ atMs, exposures });
      samples = samples.filter((sample) => atMs - sample.atMs <= keptSeconds * 1_000);
      const rates = samples.slice(1).map((sample, index) => {
        const before = samples[index] ?? sample;
        const seconds = Math.max(0.001, (sample.atMs - before.atMs) / 1_000);
        return { x: keptSeconds - (atMs - sample.atMs) / 1_000, rate: (sample.exposures - before.exposures) / seconds };
      });
      const highest = Math.max(1, ...rates.map(({ rate }) => rate));
      const points = rates.map(({ x, rate }) => `${x.toFixed(2)} ${(19 - (rate / highest) * 17).toFixed(2)}`);
      const [first] = rates;
      line.setAttribute("d", points.length > 1 ? `M${points.join("L")}` : "");
      area.setAttribute("d", points.length > 1 ? `M${first?.x} 20L${points.join("L")}L${keptSeconds} 20Z` : "");
      const recent = samples.filter((sample) => atMs - sample.atMs <= 10_500);
      const [start] = recent;
      if (!start || recent.length < 2) return undefined;
      return (exposures - start.exposures) / ((atMs - start.atMs) / 1_000);
    },
  };
}

/**
 * @param {AudienceLine["published"]} published
 * @param {number} nowMs
 * @returns {[string, string, string]}
 */
function freshness(published, nowMs) {
  if (!published) return ["–", "nothing published", ""];
  const signed = `signed ${duration(nowMs - published.issuedAtMs)} ago`;
  const leftMs = published.freshUntilMs - nowMs;
  return leftMs > 0
    ? [`${duration(leftMs)} left`, signed, ""]
    : [`stale for ${duration(-leftMs)}`, `${signed}; sign it again`, "warn"];
}

/** @param {NonNullable<ConsoleData["live"]>} live @param {number | undefined} version */
function clientsDetail(live, version) {
  const current = live.instances.versions.find((entry) => entry.version === version)?.instances ?? 0;
  const behind = live.instances.instances - current;
  const streams = counted(live.openStreams, "open stream");
  if (live.instances.instances === 0) return streams;
  return behind === 0 ? `all on this version · ${streams}` : `${count(behind)} on another version · ${streams}`;
}

/** The summary; `update` takes what was polled. */
export function createSummary() {
  const version = createTile("Version");
  const fresh = createTile("Freshness");
  const flags = createTile("Flags");
  const clients = createTile("Clients, last 5 min");
  const exposures = createTile("Exposures today");
  const rate = createRateLine();
  exposures.node.append(rate.node);
  const node = html("dl", { class: "tiles" }, ...[version, fresh, flags, clients, exposures].map((tile) => tile.node));
  let audience = "";
  return {
    node,
    /** @param {ConsoleData} data */
    update({ live, audiences, nowMs }) {
      if (!live) return;
      if (audience !== live.audience) rate.clear();
      audience = live.audience;
      const line = audiences.find(({ name }) => name === live.audience);
      const published = line?.published;
      if (published) {
        version.set(String(published.version), `epoch ${published.epoch} · ${published.sha256.slice(0, 8)}`);
        flags.set(count(published.flags), `${size(published.sizeBytes)}, ${line?.access}`);
      } else {
        version.set("–", "nothing published");
        flags.set("–", line?.access ?? "");
      }
      fresh.set(...freshness(published, nowMs));
      clients.set(shortCount(live.instances.instances), clientsDetail(live, published?.version));
      const perSecond = rate.add(nowMs, live.exposures);
      const repeats = live.reports - live.exposures;
      const speed = perSecond === undefined ? "" : `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} a second`;
      exposures.set(
        shortCount(live.exposures),
        [speed, repeats > 0 && `${shortCount(repeats)} repeats`].filter(Boolean).join(" · ") || "waiting for the first",
      );
    },
  };
}
