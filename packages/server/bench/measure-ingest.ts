/** W6, writing: batches of exposures over loopback until they are on disk. @module */
import { Agent, request } from "node:http";
import { bucketOf, type Exposure, writePublishRequest } from "@aplomb/core";
import { batchBytes, exposure } from "../test/batches.js";
import { pageKey } from "../test/endpoint.js";
import { type LoadFigures, runLoad } from "./load.js";

/** An endpoint under load, and the processes that work for it: its own first. */
export interface Target {
  readonly url: string;
  readonly pids: readonly number[];
}

/** A way of writing. */
export interface IngestLoad {
  readonly rowsPerBatch: number;
  readonly batches: number;
  readonly connections: number;
  readonly batchesPerSecond?: number;
}

const rule = "checkout/split";
let next = 0;

/** What a client reports of a unit that nobody has seen: the endpoint evaluates the published flag again, and agrees. */
function nextExposure(): Exposure {
  const unit = `user-${next++}`;
  const variant = bucketOf(rule, unit, 100) < 50 ? "control" : "treatment";
  return exposure({ flag: "checkout", rule, variant, assignmentId: `${rule}/${variant}`, unitSelector: "", unit });
}

/** Sends batches of exposures that nobody has seen; all of them are made and encoded before the clock starts. */
export async function measureIngest(target: Target, load: IngestLoad): Promise<LoadFigures> {
  const { rowsPerBatch, batches, connections, batchesPerSecond } = load;
  const rows = (): Exposure[] => Array.from({ length: rowsPerBatch }, () => nextExposure());
  const bodies = Array.from({ length: batches }, () =>
    writePublishRequest(batchBytes({ exposures: rows() }), Date.now()),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const send = async (index: number): Promise<void> => {
    const answer = await post(
      `${target.url}/aplomb.v1.ResolveService/PublishExposures`,
      bodies[index] ?? new Uint8Array(),
      agent,
    );
    // The answer of a batch that was stored as new, with no row refused, is a message without fields.
    if (answer.status !== 200 || answer.bytes > 0) throw new Error(`a batch was not stored as new: ${answer.status}`);
  };
  try {
    return await runLoad(
      { requests: batches, connections, send, ...(batchesPerSecond && { perSecond: batchesPerSecond }) },
      target.pids,
    );
  } finally {
    agent.destroy();
  }
}

function post(
  url: string,
  body: Uint8Array,
  agent: Agent,
): Promise<{ readonly status: number; readonly bytes: number }> {
  const headers = {
    authorization: `Bearer ${pageKey}`,
    "content-type": "application/proto",
    "content-length": body.byteLength,
    "connect-protocol-version": "1",
  };
  return new Promise((resolve, reject) => {
    const sending = request(url, { method: "POST", headers, agent }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.byteLength;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, bytes }));
      response.on("error", reject);
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
