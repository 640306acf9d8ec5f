/** A real HTTP server with a page in it, and the page's script bundled from sources. @module */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A running server. */
export interface PageServer {
  /** The page, on 127.0.0.1: a secure context. Any path below it without a file's name is the page as well. */
  readonly url: string;
  /** The same on another host name over plain HTTP: no secure context, so no `crypto.subtle`, no locks. */
  readonly insecureUrl: string;
  /** Path of every request, oldest first. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** What is served. */
export interface PageServerOptions {
  /** URL of the page's TypeScript, such as `new URL("./testing/page.ts", import.meta.url)`. */
  readonly script: URL;
  /** For the page and its scripts, such as a content security policy. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Bundles the script once, this repository's packages from their sources and lazy parts as files of their own, and
 * serves it in an empty page.
 *
 * @throws Error of the bundler if something does not resolve or parse.
 */
export async function startPageServer({ script, headers = {} }: PageServerOptions): Promise<PageServer> {
  const scripts = await bundle(script);
  const main = `/${basename(script.pathname).replace(/\.tsx?$/, "")}.js`;
  const html = `<!doctype html><meta charset="utf-8"><title>test page</title><script type="module" src="${main}"></script>`;
  const requests: string[] = [];

  const serve = (path: string, response: ServerResponse): void => {
    const found = scripts.get(path);
    const type = found ? "text/javascript" : "text/html; charset=utf-8";
    const isPage = !found && !/\.\w+$/.test(path);
    response.writeHead(found || isPage ? 200 : 404, { "content-type": type, ...headers });
    response.end(found ?? (isPage ? html : ""));
  };
  const server = createServer(({ url = "/" }, response) => {
    requests.push(url);
    serve(new URL(url, "http://page").pathname, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    insecureUrl: `http://insecure.test:${port}/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The script and its lazy parts, by path. */
async function bundle(script: URL): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(script)],
    ...{ bundle: true, splitting: true, format: "esm", target: "es2022", platform: "browser" },
    ...{ write: false, outdir: "/", logLevel: "silent", jsx: "automatic" },
    conditions: ["@aplomb/source"],
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return new Map(outputFiles.map(({ path, contents }) => [`/${basename(path)}`, contents]));
}
