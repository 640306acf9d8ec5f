/** Lends endpoints to tests that run in a page: one small server that starts and steers them on request. @module */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { EndpointCommand, EndpointLog } from "./remote-endpoint.js";
import { startTestEndpoint, type TestEndpoint } from "./test-endpoint.js";

/** The running control. */
export interface EndpointControl {
  /** Where pages send their commands. */
  readonly url: string;
  /** Ends every endpoint it started, and itself. */
  close(): Promise<void>;
}

const HEADERS = { "access-control-allow-origin": "*", "content-type": "application/json" };

/** Starts the control on a free port of 127.0.0.1. */
export async function startEndpointControl(): Promise<EndpointControl> {
  const endpoints = new Map<string, TestEndpoint>();

  async function obey(command: EndpointCommand): Promise<unknown> {
    if (command.do === "start") {
      const started = await startTestEndpoint();
      endpoints.set(started.url, started);
      return { url: started.url };
    }
    const endpoint = endpoints.get(command.url);
    if (!endpoint) throw new Error(`no endpoint at ${command.url}`);
    if (command.do === "announce") endpoint.announce(command.version);
    if (command.do === "close") await endpoint.close();
    if (command.do === "publish") {
      const { manifest, bundle, sha256 } = command;
      endpoint.publish({ manifest: bytesOf(manifest), bundle: bytesOf(bundle), sha256 });
    }
    return logOf(endpoint);
  }

  const server = createServer((request, response) => {
    readText(request)
      .then((text) => obey(JSON.parse(text)))
      .then(
        (answer) => response.writeHead(200, HEADERS).end(JSON.stringify(answer)),
        (error) => response.writeHead(500, HEADERS).end(JSON.stringify({ error: String(error) })),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await Promise.all([...endpoints.values()].map((endpoint) => endpoint.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function logOf({ batches, duplicates, requests, watchers }: TestEndpoint): EndpointLog {
  const exposures = batches.flatMap((batch) => batch.exposures);
  const events = batches.flatMap((batch) => batch.trackEvents);
  return {
    exposures: exposures.map(({ flag, variant, unit }) => ({ flag, variant, unit })),
    events: events.map(({ name }) => name),
    batches: batches.length,
    duplicates,
    watchers,
    requests: requests.map(({ method, path, headers }) => ({
      method,
      path,
      headers: headers as Record<string, string>,
    })),
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
