/** Hostile text in the log: one record stays one line that can be parsed, and tells a terminal nothing. @module */
import { writePublishRequest } from "@aplomb/core";
import { createSeededRandom } from "@aplomb/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { batchBytes, exposure, trackEvent } from "../../test/batches.js";
import { pageKey, startEndpoint, type TestEndpoint } from "../../test/endpoint.js";
import { createMetrics } from "../metrics.js";
import { createApp } from "./create-app.js";
import { describeError, escapeLine } from "./log-line.js";

const isDeep = process.env.APLOMB_DEEP === "1";
const COUNT = isDeep ? 10_000 : 300;
const patient = { timeout: 1_800_000 };

/** What attackers put into logs. */
const PIECES = [
  ...[
    "\r",
    "\n",
    "\r\n",
    "\0",
    "\t",
    "\b",
    "\u001b[31m",
    "\u001b]0;title\u0007",
    "\u009b2J",
    "\u0085",
    "\u2028",
    "\u2029",
  ],
  ...[
    '"',
    "\\",
    "\\u0022",
    "}",
    '"}\n{"level":60,"msg":"forged"}',
    "',",
    "$" + "{jndi:ldap://x}",
    "%0d%0a",
    "%s%d%o",
    "</script>",
  ],
  ...[
    "\u202e",
    "\u200b",
    "\ufeff",
    "\u061c",
    "\ud800",
    "\udc00",
    "\u{1f600}",
    "é",
    "__proto__",
    "constructor",
    "a".repeat(300),
  ],
];
/** Anything of these that would break out of a line, or move a cursor. */
const LEAKS = /[\r\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u200b\ufeff]/;

const random = createSeededRandom(6);
const hostileText = (): string => Array.from({ length: 1 + random.below(6) }, () => random.pick(PIECES)).join("");

function parsed(lines: readonly string[]): { msg?: unknown; level?: unknown }[] {
  return lines.map((line) => {
    expect(line.endsWith("\n")).toBe(true);
    expect(line.slice(0, -1)).not.toContain("\n");
    expect(line).not.toMatch(LEAKS);
    return JSON.parse(line);
  });
}

describe("escapeLine", () => {
  test.each([
    { text: "plain é 😀", escaped: "plain é 😀" },
    { text: "a\u2028b", escaped: "a\\u2028b" },
    { text: "\u009b31m", escaped: "\\u009b31m" },
    { text: "\ud800x\udc00", escaped: "\\ud800x\\udc00" },
  ])("$text → $escaped", ({ text, escaped }) => {
    expect(escapeLine(text)).toBe(escaped);
  });
});

test("an error is described within bounds, with nothing else that hangs on it", () => {
  const error = Object.assign(new Error("m".repeat(10_000)), { code: "ENOSPC", secret: "hush" });
  const described = describeError(error);
  expect(JSON.stringify(described)).not.toContain("hush");
  expect(JSON.stringify(described).length).toBeLessThan(6_000);
  expect(described).toMatchObject({ type: "Error", code: "ENOSPC" });
  expect(describeError("thrown")).toEqual({ type: "string", message: "thrown", stack: "" });
});

test(`S-06: ${COUNT} hostile strings in every field of a record: one parseable line each`, patient, () => {
  const lines: string[] = [];
  const app = createApp(
    { logger: "trace", logDestination: { write: (line) => void lines.push(line) } },
    createMetrics({ heapLimitBytes: 1, containerLimitBytes: undefined }),
  );
  const texts = Array.from({ length: COUNT }, hostileText);
  for (const text of texts) {
    app.log.error({ err: new Error(text), audience: text, method: text, list: [text], inner: { text } }, text);
  }
  const records = parsed(lines);
  expect(records).toHaveLength(COUNT);
  records.forEach((record, index) => {
    const text = texts[index];
    expect(record).toMatchObject({ msg: text, audience: text, method: text, list: [text], inner: { text } });
  });
});

describe("requests", () => {
  const lines: string[] = [];
  let endpoint: TestEndpoint;
  beforeAll(async () => {
    endpoint = await startEndpoint({ logger: "trace", logDestination: { write: (line) => void lines.push(line) } });
  });
  afterAll(() => endpoint.close());

  /** Sends a text in every place of a request that holds one. */
  async function sendEverywhere(text: string): Promise<number> {
    const { url } = endpoint.server;
    const flag = text.slice(0, 200);
    const batch = batchBytes({
      sdk: flag,
      losses: new Map([[text, 1]]),
      exposures: [
        exposure({
          flag,
          variant: text,
          rule: text,
          assignmentId: text,
          unitSelector: text,
          unit: text,
          windowDay: text,
        }),
        exposure({ flag, variant: text, rule: text, unit: text, fallthroughs: [{ ...claim, rule: text, unit: text }] }),
      ],
      trackEvents: [trackEvent({ name: flag, unit: text, properties: { [text]: text } })],
    });
    const headers = { authorization: `Bearer ${pageKey}`, "content-type": "application/proto" };
    const publish = `${url}/aplomb.v1.ResolveService/PublishExposures`;
    const wellFormed = Buffer.from(text).toString();
    const inUrl = encodeURIComponent(wellFormed);
    const inHeader = text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "").trim();
    const answers = [
      fetch(publish, { method: "POST", headers, body: writePublishRequest(batch, Date.now()) }),
      fetch(publish, { method: "POST", headers, body: wellFormed }),
      fetch(`${url}/v1/${inUrl}/manifest?${inUrl}=${inUrl}`, {
        headers: { authorization: inHeader, origin: inHeader },
      }),
      fetch(`${url}/${inUrl}`, { headers: { "user-agent": inHeader, "if-none-match": inHeader } }),
    ];
    for (const answer of await Promise.all(answers)) await answer.arrayBuffer();
    return answers.length;
  }
  const claim = { assignmentId: "a", unitSelector: "", unit: "" };

  test(
    `S-06: ${COUNT} hostile strings in every place of a request: one line for each request, and none of their text`,
    patient,
    async () => {
      const before = lines.length;
      let requests = 0;
      for (let count = 0; count < COUNT; count++) requests += await sendEverywhere(`sesame${hostileText()}`);
      // A request is logged once its answer was sent, which is when it has long been read here.
      await expect.poll(() => lines.length - before, { timeout: 10_000 }).toBe(requests);
      const records = parsed(lines.slice(before));
      expect(records.filter(({ msg }) => msg === "request")).toHaveLength(requests);
      expect(records).toHaveLength(requests);
      expect(lines.join("")).not.toContain("sesame");
    },
  );
});
