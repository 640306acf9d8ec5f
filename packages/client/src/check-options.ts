/** Names the option that cannot work, before anything is started. @module */
import { FlagError } from "@aplomb/core/reading";
import { isConsentState } from "./consent.js";

/** What an option takes, in words and as a test. */
interface Kind {
  readonly takes: string;
  readonly fits: (value: unknown) => boolean;
}

const text: Kind = { takes: "a text", fits: (value) => typeof value === "string" && value !== "" };
/** As a header takes it: what a header refuses is quoted in the error, and would be logged. */
const token: Kind = {
  takes: "a text of ASCII without spaces or line ends",
  fits: (value) => text.fits(value) && !/[^!-~]/.test(value as string),
};
const bytes: Kind = { takes: "bytes", fits: (value) => value instanceof Uint8Array };
const calls: Kind = { takes: "a function", fits: (value) => typeof value === "function" };
const yesOrNo: Kind = { takes: "true or false", fits: (value) => typeof value === "boolean" };

function milliseconds(least: number): Kind {
  const fits = (value: unknown): boolean => typeof value === "number" && value >= least && value < 2 ** 31;
  return { takes: `at least ${least} milliseconds`, fits };
}

function objectWith(...methods: readonly string[]): Kind {
  const fits = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function");
  return { takes: ["an object", ...methods].join(" with "), fits };
}

const mode: Kind = { takes: '"auto" or "manual"', fits: (value) => value === "auto" || value === "manual" };
const version: Kind = { takes: "a version", fits: (value) => Number.isSafeInteger(value) && (value as number) >= 0 };
const consent: Kind = { takes: '"granted", "pending" or "denied"', fits: isConsentState };
const names: Kind = { takes: "a list of texts", fits: (value) => Array.isArray(value) && value.every(text.fits) };
const endpoint: Kind = {
  takes: "an https URL without credentials or query (http only for this machine)",
  fits: isEndpoint,
};
const root: Kind = { takes: "the bytes of a signed root, or their base64", fits: isRoot };

/** Every option that may be left out. */
const OPTIONAL: Readonly<Record<string, Kind>> = {
  fallbackEndpoint: endpoint,
  context: objectWith(),
  store: objectWith("load", "save", "saveRoots"),
  stickyStore: objectWith("read", "write"),
  "bootstrap.manifest": bytes,
  "bootstrap.bundle": bytes,
  minVersion: version,
  "refresh.pollIntervalMs": milliseconds(1_000),
  "refresh.stream": yesOrNo,
  "refresh.rings": yesOrNo,
  "exposures.mode": mode,
  "exposures.flushIntervalMs": milliseconds(100),
  "exposures.outbox": calls,
  "exposures.waitUntil": calls,
  consent,
  sendAttributes: names,
  hooks: objectWith(),
  fetch: calls,
  clock: objectWith("nowMs", "monotonicMs", "setTimer"),
  random: calls,
  signal: objectWith("addEventListener"),
  source: objectWith("fetchManifest", "fetchBundle"),
  sink: objectWith("publish"),
};

/**
 * Checks what an application passes as options; their types are a promise that JavaScript does not keep.
 *
 * @param needsRoot - False only where nobody's signature is asked for.
 * @throws FlagError OPTION, naming the first option that is wrong and what it takes.
 */
export function checkOptions(options: unknown, needsRoot: boolean): void {
  require(options, "endpoint", endpoint);
  require(options, "clientKey", token);
  require(options, "trust.audience", text);
  if (needsRoot) require(options, "trust.root", root);
  for (const [path, kind] of Object.entries(OPTIONAL)) {
    if (valueAt(options, path) !== undefined) require(options, path, kind);
  }
  if (valueAt(options, "logger")) require(options, "logger", objectWith("warn"));
}

function require(options: unknown, path: string, { takes, fits }: Kind): void {
  if (!fits(valueAt(options, path))) throw new FlagError("OPTION", `${path} takes ${takes}`);
}

function valueAt(options: unknown, path: string): unknown {
  return path.split(".").reduce((at: unknown, name) => (at as Record<string, unknown> | undefined)?.[name], options);
}

function isEndpoint(value: unknown): boolean {
  try {
    const { protocol, hostname, username, password, search, hash } = new URL(value as string);
    if (username || password || search || hash) return false;
    return (
      protocol === "https:" || (protocol === "http:" && /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname))
    );
  } catch {
    return false;
  }
}

/** Bytes, or text that `atob` takes. */
function isRoot(value: unknown): boolean {
  if (typeof value !== "string") return bytes.fits(value);
  return value.length % 4 === 0 && /^[A-Za-z\d+/]+={0,2}$/.test(value);
}
