/** Finds the versions of a build that go to everybody at once, though there are rings. @module */
import { EVERYBODY } from "@aplomb/core";
import type { SignedBuild } from "../signed-bundle.js";
import type { RolloutEntry } from "./rollout-log.js";
import { ALL_RINGS } from "./rollout-steps.js";

/** One for each audience whose new version is signed for every ring; the first version of all skips nothing. */
export function skippedRings({ bundles }: SignedBuild): readonly Omit<RolloutEntry, "reason">[] {
  return bundles
    .map(({ published }) => published.manifest)
    .filter(({ ring, audience, version }) => {
      const isEarly = (one: { manifest: { audience: string; ring: number; version: number } }): boolean =>
        one.manifest.audience === audience && one.manifest.version === version && one.manifest.ring !== EVERYBODY;
      return ring === EVERYBODY && version > 1 && bundles.some(({ published }) => isEarly(published));
    })
    .map(({ audience, version, issuedAtMs: atMs }) => ({
      atMs,
      audience,
      action: "skip-rings",
      version,
      rings: ALL_RINGS,
    }));
}
