/** A page for the page driver's own test: notes its lifecycle, and offers what the test asks of it. @module */
import { createFlagClient } from "@aplomb/browser";

/** What the page offers to the test. */
export interface Probe {
  /** Lifecycle events so far, as `event:detail`. */
  readonly seen: string[];
  /** Counts up every 10 ms. */
  ticks: number;
  /** What a request ends with: its status, or the name of the error. */
  fetch(url: string): Promise<number | string>;
  /** Writes a value, durably; the name of the error if that fails. */
  write(api: "indexedDB" | "localStorage", value: string): Promise<string>;
  read(api: "indexedDB" | "localStorage"): Promise<string>;
  /** What other tabs have said. */
  readonly heard: string[];
  say(text: string): void;
  /** Whether the SDK's code is here. */
  readonly hasClient: boolean;
}

declare global {
  interface Window {
    probe: Probe;
  }
}

const nameOf = (error: unknown): string => (error instanceof Error || error instanceof DOMException ? error.name : "?");

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function openStore(mode: IDBTransactionMode): Promise<IDBTransaction> {
  const opening = indexedDB.open("probe", 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore("values");
  const database = await settled(opening);
  return database.transaction("values", mode, { durability: "strict" });
}

async function writeValue(api: "indexedDB" | "localStorage", value: string): Promise<void> {
  if (api === "localStorage") return localStorage.setItem("value", value);
  const transaction = await openStore("readwrite");
  const done = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  transaction.objectStore("values").put(value, "value");
  await done;
}

async function readValue(api: "indexedDB" | "localStorage"): Promise<string> {
  if (api === "localStorage") return localStorage.getItem("value") ?? "";
  return (await settled((await openStore("readonly")).objectStore("values").get("value"))) ?? "";
}

const channel = new BroadcastChannel("probe");
const probe: Probe = {
  seen: [],
  ticks: 0,
  heard: [],
  hasClient: typeof createFlagClient === "function",
  say: (text) => channel.postMessage(text),
  fetch: (url) => fetch(url, { cache: "no-store" }).then(({ status }) => status, nameOf),
  write: (api, value) => writeValue(api, value).then(() => "written", nameOf),
  read: (api) => readValue(api).catch(nameOf),
};
channel.onmessage = ({ data }) => probe.heard.push(String(data));
for (const type of ["visibilitychange", "freeze", "resume"]) {
  document.addEventListener(type, () => probe.seen.push(`${type}:${document.visibilityState}`));
}
for (const type of ["pagehide", "pageshow"] as const) {
  addEventListener(type, ({ persisted }) => {
    probe.seen.push(`${type}:${persisted}`);
    if (type === "pagehide") void fetch("/left", { method: "POST", keepalive: true });
  });
}
for (const type of ["online", "offline"]) addEventListener(type, () => probe.seen.push(type));
setInterval(() => probe.ticks++, 10);
window.probe = probe;
