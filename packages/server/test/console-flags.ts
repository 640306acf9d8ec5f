/** Flags for tests of the console, and exposures of them. @module */
import { type BundleDescription, split } from "@aplomb/testkit";
import { batchBytes, connectClient, exposure, unitsIn } from "./batches.js";
import { pageKey, type TestEndpoint } from "./endpoint.js";

const text = (value: string) => ({ value: value as never });

/** A bundle of flags that are halves of control and treatment, each by its rule `<key>/split`. */
export function halvedFlags(...keys: string[]): BundleDescription {
  const flag = (key: string) => ({
    ...{ description: `About ${key}`, owner: "payments" },
    variants: [
      { name: "control", value: text("plain") },
      { name: "treatment", value: text("<b>bold</b>") },
    ],
    rules: [split(`${key}/split`, "everybody", { control: 50, treatment: 50 })],
  });
  return { flags: Object.fromEntries(keys.map((key) => [key, flag(key)])), segments: { everybody: {} } };
}

/** Sends exposures of such a flag, from one instance, of units that fall where they are said to. */
export async function exposeHalves(
  { server, publication }: TestEndpoint,
  flag: string,
  control: number,
  treatment: number,
): Promise<void> {
  const rule = `${flag}/split`;
  const bundleVersion = publication.manifest("web.test")?.version ?? 0;
  const of = (variant: string, units: readonly string[]) =>
    units.map((unit) =>
      exposure({ flag, variant, rule, assignmentId: `${rule}/${variant}`, unitSelector: "", unit, bundleVersion }),
    );
  const controls = of("control", unitsIn(rule, 0, 50, control));
  const treatments = of("treatment", unitsIn(rule, 50, 100, treatment));
  const batch = batchBytes({ exposures: [...controls, ...treatments] });
  await connectClient(server.url, pageKey).publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
}
