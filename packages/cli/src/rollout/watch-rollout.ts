/** Follows a rollout until it is over: halts what is refused, and promotes what is healthy if that is wanted. @module */
import { haltRollout, type PublishedAudience, type PublishingKeys, promoteVersion } from "@aplomb/authoring";
import { type Rollout, type RolloutQuery, readRollout } from "./read-rollout.js";

/** One look. */
export type WatchOutcome =
  /** Everybody has the newest version, and nothing speaks against it. */
  | { readonly type: "done" }
  | { readonly type: "waiting"; readonly why: string }
  | { readonly type: "promoted"; readonly published: PublishedAudience }
  | { readonly type: "halted"; readonly published: readonly PublishedAudience[]; readonly reason: string };

/** What a look may do. */
export interface WatchOptions extends Omit<RolloutQuery, "endpoint"> {
  readonly endpoint: string;
  /** Asked when something is to be signed. */
  readonly readKeys: () => Promise<PublishingKeys>;
  /** Promote what is healthy, too. */
  readonly promotes: boolean;
}

/**
 * Looks once and acts.
 *
 * @throws AuthoringError as reading, promoting and halting do.
 */
export async function lookAfterRollout(options: WatchOptions): Promise<WatchOutcome> {
  const { dir, audience, nowMs: atMs, readKeys, promotes } = options;
  const rollout = await readRollout(options);
  const bad = rollout.rings.find(({ health }) => health?.verdict === "halt");
  if (bad !== undefined) {
    const reason = `version ${bad.manifest.version}: ${bad.health?.reason}`;
    const published = await haltRollout({ dir, audience, keys: await readKeys(), atMs, reason });
    return { type: "halted", published, reason };
  }
  const next = waitingVersion(rollout);
  if (next === undefined) return { type: "done" };
  const why = `version ${next.manifest.version}: ${next.health?.reason}`;
  if (!promotes || next.health?.verdict !== "promote") return { type: "waiting", why };
  const keys = await readKeys();
  const published = await promoteVersion({ dir, audience, keys, atMs, reason: why }, next.manifest.version);
  return { type: "promoted", published };
}

/** The ring whose version is the next to go on; undefined where everybody has the newest. */
export function waitingVersion({ rings }: Rollout): Rollout["rings"][number] | undefined {
  const pairs = rings.map((line, index) => ({ line, after: rings[index + 1] })).reverse();
  return pairs.find(({ line, after }) => after && line.manifest.version > after.manifest.version)?.line;
}
