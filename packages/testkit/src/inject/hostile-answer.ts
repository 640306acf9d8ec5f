/** Answers that servers and middle boxes give and that a client must not fall for. @module */
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import type { OwnAnswer } from "./fault.js";

const MIB = 2 ** 20;

/**
 * A status with a word about when to come back.
 *
 * @param retryAfter - As it goes on the wire: seconds, an HTTP date, or nonsense.
 */
export function comeBackLater(status: number, retryAfter: string): OwnAnswer {
  return { kind: "answer", status, headers: { "retry-after": retryAfter } };
}

/** Says that nothing has changed, whatever was asked; with the validator that is given. */
export function lyingNotModified(etag?: string): OwnAnswer {
  return { kind: "answer", status: 304, ...(etag !== undefined && { headers: { etag } }) };
}

/** The page of a captive portal or of an overloaded balancer, with status 200. */
export function webPage(status = 200): OwnAnswer {
  const body = "<!doctype html><html><head><title>Welcome</title></head><body>Please log in.</body></html>";
  return { kind: "answer", status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

/**
 * Sends the client elsewhere.
 *
 * @param location - Absolute, or a path; the request's own path makes a loop.
 */
export function redirect(location: string, status = 302): OwnAnswer {
  return { kind: "answer", status, headers: { location } };
}

/**
 * A small gzip body that unpacks to zeros without measure: about a thousandth of its size. Takes about a second for 256 MiB.
 *
 * @param unpackedBytes - Rounded up to whole mebibytes.
 */
export async function gzipBomb(unpackedBytes: number): Promise<OwnAnswer> {
  const gzip = createGzip({ level: 9 });
  const packed = buffer(gzip);
  const zeros = Buffer.alloc(MIB);
  for (let written = 0; written < unpackedBytes; written += MIB) {
    if (!gzip.write(zeros)) await once(gzip, "drain");
  }
  gzip.end();
  return { kind: "answer", status: 200, headers: { "content-encoding": "gzip" }, body: await packed };
}
