/** Where published artefacts are read from for verification: a directory or an endpoint. @module */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** The largest answer that is read: what services accept as a bundle. */
const MAX_BYTES = 33_554_432;

/** Published artefacts by their paths. */
export interface ArtefactSource {
  /** The bytes at a path such as `v1/root/1`; undefined if there is nothing. Rejects when it cannot be told. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The audiences that have something; undefined where they cannot be listed. */
  audiences(): Promise<readonly string[] | undefined>;
}

/** A publication's directory. */
export function directorySource(dir: string): ArtefactSource {
  return {
    async read(path) {
      const file = join(dir, path);
      const size = await stat(file).then(
        (found) => found.size,
        () => undefined,
      );
      if (size === undefined) return undefined;
      if (size > MAX_BYTES) throw new RangeError(`${path} has ${size} bytes; clients read at most ${MAX_BYTES}`);
      return new Uint8Array(await readFile(file));
    },
    async audiences() {
      const entries = await readdir(join(dir, "v1"), { withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isDirectory() && entry.name !== "root")
        .map((entry) => entry.name)
        .sort();
    },
  };
}

/** How to ask an endpoint. */
export interface EndpointOptions {
  /** The secret key of a service; browser audiences need none. */
  readonly clientKey?: string | undefined;
  /** For the whole of one answer; default 20,000. */
  readonly timeoutMs?: number | undefined;
}

/** A running endpoint, or a web server over a publication's directory. Redirects are not followed. */
export function endpointSource(endpoint: string, options: EndpointOptions = {}): ArtefactSource {
  const headers: Record<string, string> =
    options.clientKey === undefined ? {} : { authorization: `Bearer ${options.clientKey}` };
  return {
    async read(path) {
      const signal = AbortSignal.timeout(options.timeoutMs ?? 20_000);
      const response = await fetch(`${endpoint.replace(/\/$/, "")}/${path}`, { headers, redirect: "error", signal });
      if (response.status === 404) return undefined;
      if (!response.ok)
        throw new Error(`${path}: the endpoint answered ${response.status} ${response.statusText}${hintFor(response)}`);
      return boundedBody(response, path);
    },
    audiences: async () => undefined,
  };
}

function hintFor({ status }: Response): string {
  return status === 401 ? "; a service's secret key is needed" : "";
}

async function boundedBody(response: Response, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BYTES) throw new RangeError(`${path} is longer than the ${MAX_BYTES} bytes that clients read`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
