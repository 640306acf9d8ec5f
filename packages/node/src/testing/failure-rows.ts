/** What must follow from which failure. @module */
import type { SealedBundle } from "@aplomb/testkit";
import type { Fault } from "@aplomb/testkit/fault-proxy";
import { EXTENDED_MS, good, keys, next, POLL_MS, seal, thief, underManifest } from "./failure-rig.js";

/** One row. */
export interface FailureRow {
  readonly code: string;
  readonly name: string;
  /** What the endpoint serves now, unless it is the network's fault. */
  readonly serve?: () => Promise<SealedBundle>;
  /** What happens to manifest requests. */
  readonly fault?: Fault;
  readonly state: string;
  readonly events: readonly string[];
  readonly retryMs: number;
  /** Requests for the bundle, and the same when the failure happens a second time. */
  readonly bundles?: readonly [number, number];
  /** Sent with the next request: the validator of what is active. */
  readonly asksAnew?: boolean;
}

const answer = (status: number, body = ""): Fault => ({ kind: "answer", status, body });
const flippedBundle = async (): Promise<SealedBundle> => ({ ...next, bundle: good.bundle });

/** The table of trust.md, section 2.7, where a bundle is serving already. */
export const FAILURES: readonly FailureRow[] = [
  {
    code: "UNREACHABLE",
    name: "a reset",
    fault: { kind: "reset" },
    state: "READY",
    events: ["error UNREACHABLE"],
    retryMs: 1_000,
  },
  {
    code: "UNREACHABLE",
    name: "500",
    fault: answer(500),
    state: "READY",
    events: ["error UNREACHABLE"],
    retryMs: 1_000,
  },
  {
    code: "UNREACHABLE",
    name: "503",
    fault: answer(503),
    state: "READY",
    events: ["error UNREACHABLE"],
    retryMs: 1_000,
  },
  {
    code: "UNREACHABLE",
    name: "429",
    fault: answer(429),
    state: "READY",
    events: ["error UNREACHABLE"],
    retryMs: 1_000,
  },
  ...[401, 403, 404].map((status) => ({
    ...{ code: "REFUSED", name: String(status), fault: answer(status), state: "STALE" },
    ...{ events: ["error REFUSED", "stale"], retryMs: EXTENDED_MS },
  })),
  {
    code: "MALFORMED",
    name: "a page",
    fault: answer(200, "<html>"),
    state: "READY",
    events: ["error MALFORMED"],
    retryMs: POLL_MS,
    asksAnew: true,
  },
  {
    code: "SIGNATURE",
    name: "a thief's",
    serve: () => underManifest({}, [thief]),
    state: "READY",
    events: ["error SIGNATURE", "security SIGNATURE"],
    retryMs: POLL_MS,
  },
  {
    code: "ROLLBACK",
    name: "version 4 after 5",
    serve: () => underManifest({ version: 4n }),
    state: "READY",
    events: ["error ROLLBACK", "security ROLLBACK"],
    retryMs: POLL_MS,
  },
  {
    code: "EQUIVOCATION",
    name: "another version 5",
    serve: () => underManifest({ version: 5n }),
    state: "READY",
    events: ["error EQUIVOCATION", "security EQUIVOCATION"],
    retryMs: POLL_MS,
  },
  {
    code: "AUDIENCE",
    name: "another audience",
    serve: () => underManifest({ audience: "web.test" }),
    state: "ERROR",
    events: ["error AUDIENCE"],
    retryMs: POLL_MS,
  },
  {
    code: "AUDIENCE",
    name: "another trust domain",
    serve: () => underManifest({ trustDomain: "else" }),
    state: "ERROR",
    events: ["error AUDIENCE"],
    retryMs: POLL_MS,
  },
  {
    code: "HASH",
    name: "another bundle",
    serve: flippedBundle,
    state: "READY",
    events: ["error HASH"],
    retryMs: POLL_MS,
    bundles: [2, 4],
  },
  {
    code: "LIMIT",
    name: "a manifest of 64 KiB and more",
    fault: answer(200, "x".repeat(65_537)),
    state: "READY",
    events: ["error LIMIT"],
    retryMs: POLL_MS,
  },
  {
    code: "LIMIT",
    name: "a bundle that is too large",
    serve: () => underManifest({ bundle: { sha256: new Uint8Array(32), sizeBytes: 33_554_433n } }),
    state: "READY",
    events: ["error LIMIT"],
    retryMs: POLL_MS,
    bundles: [0, 0],
  },
  {
    code: "SHRINK",
    name: "8 flags of 20",
    serve: () => seal("off", { version: 6n }, 8),
    state: "READY",
    events: ["error SHRINK"],
    retryMs: POLL_MS,
    bundles: [1, 1],
  },
  {
    code: "MALFORMED",
    name: "no bundle at all",
    serve: () => keys.seal(new TextEncoder().encode("junk"), { version: 6n }),
    state: "READY",
    events: ["error MALFORMED"],
    retryMs: POLL_MS,
    bundles: [1, 1],
    asksAnew: false,
  },
  {
    code: "READER",
    name: "a newer reader",
    serve: () => underManifest({ minReader: 99 }),
    state: "READY",
    events: ["error READER"],
    retryMs: POLL_MS,
  },
  {
    code: "ROOT",
    name: "a root that is not to be had",
    serve: () => underManifest({ rootVersion: 2n }),
    state: "STALE",
    events: ["error ROOT", "stale"],
    retryMs: EXTENDED_MS,
  },
  {
    code: "ROOT",
    name: "issued after the root expired",
    serve: () => underManifest({ issuedAtMs: BigInt(Date.now() + 400 * 86_400_000) }),
    state: "STALE",
    events: ["error ROOT", "stale"],
    retryMs: EXTENDED_MS,
  },
];
