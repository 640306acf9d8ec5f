/** The files of the console page, read once from beside this module. @module */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** A file of the console, ready to send. */
export interface ConsoleAsset {
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** A strong entity tag, in quotes. */
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

const files = [
  ...["index.html", "icon.svg", "base.css", "page.css", "cards.css", "chart.css", "views.css"],
  ...[
    "main.js",
    "element.js",
    "format.js",
    "poll.js",
    "route.js",
    "session.js",
    "login.js",
    "summary.js",
    "notices.js",
  ],
  ...["flags-view.js", "flag-card.js", "split-chart.js", "tree.js", "table.js"],
  ...["explain-view.js", "versions-view.js", "clients-view.js"],
];

/** Reads the page and its modules; `index.html` is served as `/console`, the others below `/console/`. */
export function readConsoleAssets(): Promise<readonly ConsoleAsset[]> {
  return Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(new URL(`./console/${file}`, import.meta.url));
      const type = types[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
      return { path: file === "index.html" ? "/console" : `/console/${file}`, type, bytes, etag };
    }),
  );
}
