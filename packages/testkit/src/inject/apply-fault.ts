/** Lets a fault happen to one request. @module */
import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { brotliCompressSync } from "node:zlib";
import type { AnswerFault, Fault } from "./fault.js";
import { deliver, forward, type UpstreamAnswer } from "./forward.js";
import type { Handled, HeldRequests } from "./held-requests.js";
import type { SeenRequest } from "./seen-request.js";

const DRIPS_PER_SECOND = 10;

/** Where a request comes from and where it goes. */
export interface Passage {
  /** Origin of the upstream. */
  readonly target: string;
  readonly outgoing: ServerResponse;
  readonly held: HeldRequests;
}

/** Handles a request as its fault says; resolves once the proxy has done its part. */
export async function applyFault(fault: Fault | undefined, seen: SeenRequest, passage: Passage): Promise<void> {
  const { target, outgoing, held } = passage;
  if (!fault) return passThrough(seen, passage);
  switch (fault.kind) {
    case "reset":
      return resetConnection(outgoing);
    case "hang":
      return;
    case "endless":
      return writeEndlessly(outgoing, fault.headers, fault.chunk);
    case "answer":
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
      return;
    case "hold":
      return handleHeld(await held.untilReleased(), fault.fault, seen, passage);
    case "reorder":
      return handleHeld(await held.untilOvertaken(), undefined, seen, passage);
    case "duplicate":
      for (let time = 1; time < fault.times; time++) await forward(seen, target);
      return passThrough(seen, passage);
    default:
      return spoilAnswer(fault, await forward(seen, target), outgoing);
  }
}

async function handleHeld(
  handled: Handled,
  fault: Fault | undefined,
  seen: SeenRequest,
  passage: Passage,
): Promise<void> {
  try {
    await applyFault(fault, seen, passage);
  } finally {
    handled();
  }
}

/** Ends a connection as a crashed peer does: with a TCP reset. */
export function resetConnection(outgoing: ServerResponse): void {
  const { socket } = outgoing;
  // A TLS socket cannot be reset by itself; the one below it ends with it.
  if (socket && !("encrypted" in socket)) socket.resetAndDestroy();
  else outgoing.destroy();
}

async function passThrough(seen: SeenRequest, { target, outgoing, held }: Passage): Promise<void> {
  const answer = await deliver(seen, target);
  held.delivered();
  outgoing.on("close", () => answer.destroy());
  answer.on("error", () => outgoing.destroy());
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
  answer.pipe(outgoing);
}

async function spoilAnswer(fault: AnswerFault, answer: UpstreamAnswer, outgoing: ServerResponse): Promise<void> {
  const { status, headers, body } = answer;
  switch (fault.kind) {
    case "drop_response":
      return resetConnection(outgoing);
    case "delay":
      await wait(fault.delayMs);
      outgoing.writeHead(status, headers).end(body);
      return;
    case "drip":
      return drip(fault.bytesPerSecond, fault.head ? headOf(answer) : Buffer.alloc(0), answer, outgoing);
    case "stall":
      outgoing.writeHead(status, headers).write(body.subarray(0, fault.afterBytes));
      return;
    case "truncate":
      outgoing.writeHead(status, fault.chunked ? withoutLength(headers) : headers);
      outgoing.write(body.subarray(0, fault.afterBytes), () => outgoing.destroy());
      return;
    case "flip":
      if (fault.atByte < body.length) body.writeUInt8(body.readUInt8(fault.atByte) ^ 1, fault.atByte);
      outgoing.writeHead(status, headers).end(body);
      return;
    case "mislabel":
      outgoing.writeHead(status, { ...withoutLength(headers), "content-encoding": "gzip" });
      outgoing.end(brotliCompressSync(body));
  }
}

/** Writes by hand, on the socket itself: only so can the head come in pieces. */
async function drip(
  bytesPerSecond: number,
  head: Buffer,
  { status, headers, body }: UpstreamAnswer,
  outgoing: ServerResponse,
): Promise<void> {
  const { socket } = outgoing;
  if (!socket) return;
  const target: Socket | ServerResponse = head.length > 0 ? socket : outgoing.writeHead(status, headers);
  if (target === outgoing) outgoing.flushHeaders();
  const bytes = Buffer.concat([head, body]);
  const step = Math.max(1, Math.round(bytesPerSecond / DRIPS_PER_SECOND));
  const pauseMs = (1_000 * step) / bytesPerSecond;
  for (let at = 0; at < bytes.length && !socket.destroyed; at += step) {
    target.write(bytes.subarray(at, at + step));
    await wait(pauseMs);
  }
  target.end();
}

function headOf({ status, headers, body }: UpstreamAnswer): Buffer {
  const fields = Object.entries({ ...withoutLength(headers), "content-length": body.length, connection: "close" });
  const lines = fields.map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("\r\n")}\r\n\r\n`);
}

function withoutLength(headers: UpstreamAnswer["headers"]): UpstreamAnswer["headers"] {
  const { "content-length": _length, "transfer-encoding": _coding, ...kept } = headers;
  return kept;
}

/** Writes a chunk again and again, until the reader goes away. */
function writeEndlessly(
  outgoing: ServerResponse,
  headers: Readonly<Record<string, string>> | undefined,
  chunk: Uint8Array,
): void {
  const write = (): void => {
    while (!outgoing.destroyed && outgoing.write(chunk));
  };
  outgoing
    .writeHead(200, headers)
    .on("drain", write)
    .on("error", () => outgoing.destroy());
  write();
}
