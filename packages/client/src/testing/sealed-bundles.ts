/** Signed bundles for client tests: one trust domain, bundles by description. @module */
import {
  bundleBytes,
  createTestKeys,
  type FlagInit,
  fullRollout,
  type ManifestInit,
  type SealedBundle,
  split,
  type TestKeys,
} from "@aplomb/testkit";

/** The audience that all of them are for. */
export const AUDIENCE = "api.test";

/** The keys that sign them. */
export const keys: TestKeys = await createTestKeys({ audience: AUDIENCE });

const variants = [
  { name: "on", value: { enabled: true, label: "new", limit: 3 } },
  { name: "off", value: { enabled: false, label: "old", limit: 1 } },
];

/** A flag that gives one variant to everybody. */
export function rolledOut(variant: "on" | "off"): FlagInit {
  return { variants, rules: [fullRollout("all", "everyone", variant)] };
}

/** A flag that gives each half of the units a variant. */
export const halved: FlagInit = { variants, rules: [split("half", "everyone", { on: 50, off: 50 })] };

/** Seals a bundle of flags. */
export function seal(flags: Readonly<Record<string, FlagInit>>, manifest: ManifestInit = {}): Promise<SealedBundle> {
  return keys.seal(bundleBytes({ segments: { everyone: {} }, flags }), manifest);
}
