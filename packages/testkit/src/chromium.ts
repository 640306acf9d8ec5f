/** Finds the Chromium that browser tests and the demo run in. @module */
import { existsSync } from "node:fs";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** What to tell someone whose machine has no Chromium. */
export const chromiumHint =
  "no Chromium found: install it (Debian: apt-get install --no-install-recommends chromium) or set CHROMIUM_PATH";

/** Flags for a quiet, headless Chromium that also starts as root and inside a container. */
export const chromiumArgs: readonly string[] = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * The path of a Chromium on this machine, or undefined.
 *
 * `CHROMIUM_PATH` wins over the usual places; when it is set, only that path counts.
 */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const candidates = env.CHROMIUM_PATH ? [env.CHROMIUM_PATH] : usualPlaces;
  return candidates.find((path) => existsSync(path));
}
