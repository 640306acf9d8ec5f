/** Hostile flag values in a real Chromium: shown as text, run never. @module */
import { type ReactNode, StrictMode } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { expect, onTestFinished, test } from "vitest";
import { bundleOf } from "../test/bundle-of.js";
import { createMemoryClient } from "../test/memory-client.js";
import { Flag } from "./flag.js";
import { FlagProvider } from "./flag-provider.js";
import { HydratedFlagProvider } from "./hydration/hydrated-flag-provider.js";
import { createSnapshot } from "./server/create-snapshot.js";
import { snapshotJson } from "./server/snapshot-json.js";
import { useFlag } from "./use-flag.js";

const code = "window.dispatchEvent(new Event('executed'))";
const elements = ["img src=x onerror", "svg onload", "body onload", "video src=x onerror", "input autofocus onfocus"];
const wraps = [
  (it: string) => it,
  (it: string) => `">${it}`,
  (it: string) => `'>${it}`,
  (it: string) => `</p>${it}`,
  (it: string) => `</script>${it}`,
];
/** 32 texts, each of which runs when it is taken for markup in one place or another. */
const payloads = [
  ...elements.flatMap((element) => wraps.map((wrap) => wrap(`<${element}="${code}">`))),
  ...wraps.map((wrap) => wrap(`<script>${code}</script>`)),
  `--><script>${code}</script>`,
  `<!--<script>${code}</script>`,
];

function Shown({ flag }: { readonly flag: string }): ReactNode {
  const text = useFlag(`${flag}.text`, "");
  return (
    <p title={text} data-flag={text}>
      {text}
      <Flag name={`${flag}.text`} defaultValue="">
        {(value) => <b>{value}</b>}
      </Flag>
    </p>
  );
}

test("W-11 flag values that are markup are text: in hooks, components, server HTML and the snapshot's script", async () => {
  let executed = 0;
  const count = () => void executed++;
  window.addEventListener("executed", count);
  onTestFinished(() => window.removeEventListener("executed", count));
  const keys = payloads.map((_, index) => `f${index}`);
  const flags = payloads.map((text, index) => [keys[index], { variant: "on", value: { text } }] as const);
  const client = createMemoryClient(bundleOf(Object.fromEntries(flags)));
  const all = keys.map((key) => <Shown key={key} flag={key} />);
  const snapshot = await createSnapshot(client, { targetingKey: "ada" });
  const hydrated = <HydratedFlagProvider snapshot={snapshot}>{all}</HydratedFlagProvider>;

  const frame = document.body.appendChild(document.createElement("iframe"));
  const page = frame.contentDocument as Document;
  frame.contentWindow?.addEventListener("executed", count);
  page.write(
    `<div id="root">${renderToString(hydrated)}</div><script type="application/json">${snapshotJson(snapshot)}</script>`,
  );
  page.close();
  const root = page.getElementById("root") as HTMLElement;
  const hydration = hydrateRoot(root, hydrated);
  const container = document.body.appendChild(document.createElement("div"));
  const plain = createRoot(container);
  plain.render(
    <StrictMode>
      <FlagProvider client={client}>{all}</FlagProvider>
    </StrictMode>,
  );
  const textOf = (element: HTMLElement) => Array.from(element.querySelectorAll("b"), (each) => each.textContent);
  await expect.poll(() => textOf(container)).toEqual(payloads);
  expect(textOf(root)).toEqual(payloads);
  expect(JSON.parse(page.querySelector("script")?.textContent ?? "")).toEqual(snapshot);
  expect(page.querySelectorAll("img, svg, video, input, script")).toHaveLength(1);
  // What would have failed to load has had the time to say so.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
  hydration.unmount();
  plain.unmount();
  expect(payloads.length).toBeGreaterThanOrEqual(30);
  expect(executed).toBe(0);

  // And they do run where they are taken for markup: the test would notice.
  container.innerHTML = payloads[0] ?? "";
  await expect.poll(() => executed).toBe(1);
});
