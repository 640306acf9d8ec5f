/** Serves the demo page from its sources with Vite. @module */
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { createServer as createViteServer, defaultClientConditions, type Plugin } from "vite";
import type { Connection } from "./connection.js";
import { listenFrom } from "./listen-from.js";

const PAGE = fileURLToPath(new URL("../page", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));

/** Prepared ahead: a dependency found late would make Vite reload the page. */
const dependencies = [
  "@bufbuild/protobuf",
  "@bufbuild/protobuf/codegenv2",
  "@bufbuild/protobuf/wkt",
  "@connectrpc/connect",
  "@connectrpc/connect-web",
  "idb-keyval",
  "react",
  "react-dom/client",
  "react/jsx-dev-runtime",
];

/** What the page is told when it loads. */
export interface PageSettings {
  readonly connection: Connection;
  readonly consoleUrl: string;
}

/** A running page server. */
export interface PageServer {
  /** With a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** How to serve. */
export interface PageServerOptions {
  readonly settings: PageSettings;
  /** If it is taken, the next free one is used. */
  readonly port: number;
  /** Where Vite keeps prepared dependencies. */
  readonly cacheDirectory: string;
}

/**
 * Starts a server on this machine and resolves when the page can be opened.
 *
 * Vite runs inside this process's own HTTP server: a Vite that listens by itself also ends the process by itself, at SIGTERM.
 */
export async function startPageServer({ settings, port, cacheDirectory }: PageServerOptions): Promise<PageServer> {
  const server = createServer();
  const vite = await createViteServer({
    ...{ configFile: false, root: PAGE, cacheDir: cacheDirectory, logLevel: "error", clearScreen: false },
    plugins: [react(), settingsPlugin(settings)],
    resolve: { conditions: ["@aplomb/source", ...defaultClientConditions] },
    optimizeDeps: { include: dependencies },
    server: { middlewareMode: true, hmr: { server }, fs: { allow: [REPOSITORY] } },
  });
  server.on("request", vite.middlewares);
  const ownPort = await listenFrom(server, port);
  return {
    url: `http://127.0.0.1:${ownPort}/`,
    async close() {
      await vite.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Puts the settings into the page, so that it need not ask for them. */
function settingsPlugin(settings: PageSettings): Plugin {
  return {
    name: "demo-settings",
    transformIndexHtml: () => [
      {
        tag: "script",
        attrs: { type: "application/json", id: "settings" },
        // Inside a script element, only "<" could end it.
        children: JSON.stringify(settings).replaceAll("<", "\\u003c"),
        injectTo: "body-prepend",
      },
    ],
  };
}
