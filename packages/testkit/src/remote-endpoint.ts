/** An endpoint for a test that runs in a page: started and steered from afar, reached directly. @module */
import type { SealedBundle } from "./test-keys.js";

/** What a page may ask of the control. */
export type EndpointCommand =
  | { readonly do: "start" }
  | {
      readonly do: "publish";
      readonly url: string;
      readonly manifest: string;
      readonly bundle: string;
      readonly sha256: string;
    }
  | { readonly do: "announce"; readonly url: string; readonly version: number }
  | { readonly do: "log" | "close"; readonly url: string };

/** What an endpoint has seen so far. */
export interface EndpointLog {
  /** Of every stored batch, in the order of arrival. */
  readonly exposures: readonly { readonly flag: string; readonly variant: string; readonly unit: string }[];
  /** Names of tracked events. */
  readonly events: readonly string[];
  readonly batches: number;
  /** How often a batch came that was stored already. */
  readonly duplicates: number;
  /** How many watch streams are open. */
  readonly watchers: number;
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  }[];
}

/** A running endpoint, seen from a page. */
export interface RemoteEndpoint {
  /** Origin, without a trailing slash. */
  readonly url: string;
  publish(sealed: SealedBundle): Promise<EndpointLog>;
  announce(version: number): Promise<EndpointLog>;
  log(): Promise<EndpointLog>;
  /** From now on nobody answers at the url. */
  close(): Promise<EndpointLog>;
}

/**
 * Starts an endpoint.
 *
 * @param controlUrl - Of a running `startEndpointControl`.
 */
export async function startRemoteEndpoint(controlUrl: string): Promise<RemoteEndpoint> {
  const ask = async <T>(command: EndpointCommand): Promise<T> => {
    const response = await fetch(controlUrl, { method: "POST", body: JSON.stringify(command) });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  };
  const { url } = await ask<{ url: string }>({ do: "start" });
  return {
    url,
    publish: ({ manifest, bundle, sha256 }) =>
      ask({ do: "publish", url, manifest: base64Of(manifest), bundle: base64Of(bundle), sha256 }),
    announce: (version) => ask({ do: "announce", url, version }),
    log: () => ask({ do: "log", url }),
    close: () => ask({ do: "close", url }),
  };
}

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
