/** W6, reading: polls that find nothing new, and streams that wait for something new. @module */
import { setMaxListeners } from "node:events";
import { Agent, get } from "node:http";
import type { Socket } from "node:net";
import { connectClient } from "../test/batches.js";
import { pageKey } from "../test/endpoint.js";
import { type LoadFigures, runLoad } from "./load.js";
import type { Target } from "./measure-ingest.js";

/** What polls came to. */
export interface PollFigures extends LoadFigures {
  /** Of a request and its answer together, headers included. */
  readonly bytesPerPoll: number;
}

/** Asks for a manifest that has not changed. */
export async function measurePolls(target: Target, polls: number, connections: number): Promise<PollFigures> {
  const url = `${target.url}/v1/web.test/manifest`;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const sockets = new Set<Socket>();
  const poll = (etag: string | undefined): Promise<{ status: number; etag: string | undefined }> =>
    new Promise((resolve, reject) => {
      const sending = get(url, { agent, headers: etag === undefined ? {} : { "if-none-match": etag } }, (response) => {
        response.resume();
        response.on("end", () => resolve({ status: response.statusCode ?? 0, etag: response.headers.etag }));
      });
      sending.on("socket", (socket: Socket) => sockets.add(socket));
      sending.on("error", reject);
    });
  const bytes = (): number => [...sockets].reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, 0);
  const { etag } = await poll(undefined);
  const before = bytes();
  const send = async (): Promise<void> => {
    const { status } = await poll(etag);
    if (status !== 304) throw new Error(`a poll without change was answered ${status}`);
  };
  try {
    const figures = await runLoad({ requests: polls, connections, send }, target.pids);
    return { ...figures, bytesPerPoll: (bytes() - before) / polls };
  } finally {
    agent.destroy();
  }
}

/** What streams came to. */
export interface StreamFigures {
  /** Until each of them had heard the current version. */
  readonly openedMs: number;
  /** From the publication until half, and until all, had heard of it. */
  readonly halfHeardMs: number;
  readonly allHeardMs: number;
}

/**
 * Opens streams, publishes, and waits until all have heard of it.
 *
 * @param whileOpen - Called while all are open and quiet.
 */
export async function measureStreams(
  target: Target,
  streams: number,
  publish: () => void,
  whileOpen: () => Promise<void>,
): Promise<StreamFigures> {
  const abort = new AbortController();
  // Every stream listens to it.
  setMaxListeners(0, abort.signal);
  const client = connectClient(target.url, pageKey);
  const heard: { readonly version: number; readonly atMs: number }[] = [];
  const failures: unknown[] = [];
  let wake = (): void => undefined;
  const watch = async (): Promise<void> => {
    for await (const { version } of client.watchBundle({ audience: "web.test" }, { signal: abort.signal })) {
      heard.push({ version: Number(version), atMs: performance.now() });
      wake();
    }
  };
  const count = async (number: number): Promise<void> => {
    while (heard.length < number) {
      if (failures.length > 0) throw new Error(`a stream ended early: ${failures[0]}`, { cause: failures[0] });
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const giveUp = setTimeout(() => {
    failures.push(new Error(`only ${heard.length} of ${streams} streams were heard within a minute`));
    wake();
  }, 60_000);
  const startMs = performance.now();
  const watching: Promise<void>[] = [];
  // A hundred at a time: more at once would measure the length of the listening queue.
  while (watching.length < streams) {
    for (let one = 0; one < 100 && watching.length < streams; one++) {
      watching.push(
        watch().catch((error: unknown) => {
          if (!abort.signal.aborted) failures.push(error);
          wake();
        }),
      );
    }
    await count(watching.length);
  }
  const openedMs = performance.now() - startMs;
  await whileOpen();
  heard.length = 0;
  const publishedMs = performance.now();
  publish();
  await count(streams);
  const times = heard.map(({ atMs }) => atMs - publishedMs).sort((a, b) => a - b);
  clearTimeout(giveUp);
  abort.abort();
  await Promise.all(watching);
  return { openedMs, halfHeardMs: times[Math.floor(streams / 2)] ?? 0, allHeardMs: times.at(-1) ?? 0 };
}
