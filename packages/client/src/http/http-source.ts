/** Manifests and bundles over plain HTTP, cacheable by any CDN. @module */
import { FlagError } from "@aplomb/core/reading";
import type { EndpointAccess } from "../host.js";
import type { RefreshSource } from "../refresh-source.js";
import { type Answer, type ExchangeIo, exchange } from "./exchange.js";
import { requestError } from "./request-failure.js";

/** Of a manifest or a root. */
const ENVELOPE_BYTES = 65_536;
/** ETags that are sent back. A longer one, or one that is no header, would make every later request fail, also at an honest endpoint. */
const ETAG = /^(W\/)?"[!#-~]{0,256}"$/;
/** Of the download of a bundle. */
const BUNDLE_MS = 20_000;

/**
 * Fetches manifests and bundles from a resolve endpoint or a CDN in front of it.
 *
 * @param authorize - Send the client key; every audience but those of browsers needs it.
 */
export function httpSource(io: ExchangeIo, access: EndpointAccess, authorize: boolean): RefreshSource {
  const root = `${access.endpoint}/v1/${encodeURIComponent(access.audience)}`;
  const authorization: Record<string, string> = authorize ? { authorization: `Bearer ${access.clientKey}` } : {};

  return {
    async fetchManifest(kept, signal) {
      const validator = usableEtag(kept);
      const headers = validator === undefined ? authorization : { ...authorization, "if-none-match": validator };
      const cap = { bytes: ENVELOPE_BYTES, code: "LIMIT" } as const;
      const ask = (url: string): Promise<Answer> => exchange(io, url, { headers, cache: "no-store", signal }, cap);
      let url = `${root}/manifest${ringPath(access)}`;
      let answer = await ask(url);
      if (answer.status === 404 && url !== `${root}/manifest`) {
        // Nobody publishes in rings there, or the server does not know of them: everybody's manifest is good in every ring.
        url = `${root}/manifest`;
        answer = await ask(url);
      }
      const etag = answer.headers.get("etag") ?? undefined;
      if (answer.status === 304) {
        if (validator === undefined || (etag !== undefined && opaque(etag) !== opaque(validator))) {
          throw new FlagError("MALFORMED", `${url} says that something else has not changed`);
        }
        return undefined;
      }
      const envelope = bodyOf(answer, url, io, "nothing is published there");
      return { envelope, validator: usableEtag(etag) };
    },
    async fetchBundle(sha256, sizeBytes, reload, signal) {
      const url = `${root}/b/${sha256}`;
      const cache = reload ? "reload" : "default";
      const cap = { bytes: sizeBytes, code: "HASH", totalMs: BUNDLE_MS } as const;
      return bodyOf(await exchange(io, url, { headers: authorization, cache, signal }, cap), url, io);
    },
    async fetchRoot(version, signal) {
      const url = `${access.endpoint}/v1/root/${version}`;
      const cap = { bytes: ENVELOPE_BYTES, code: "LIMIT" } as const;
      return bodyOf(await exchange(io, url, { signal }, cap), url, io);
    },
  };
}

function ringPath({ ring }: EndpointAccess): string {
  return ring?.current ? `/${ring.current}` : "";
}

/** @param missing - What a 404 means. */
function bodyOf(answer: Answer, url: string, io: ExchangeIo, missing?: string): Uint8Array {
  if (answer.status !== 200)
    throw requestError(url, answer, io.clock.nowMs(), answer.status === 404 ? missing : undefined);
  return answer.body;
}

function usableEtag(etag: string | undefined): string | undefined {
  return etag !== undefined && ETAG.test(etag) ? etag : undefined;
}

/** An ETag without the mark of a weak one. */
function opaque(etag: string): string {
  return etag.replace(/^W\//, "");
}
