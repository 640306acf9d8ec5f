/** Flags for tests of the console, and exposures of them. @module */
import { type BundleDescription, split } from "@aplomb/testkit";
import { batchBytes, connectClient, exposures } from "./batches.js";
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

/** Sends exposures of such a flag, from one instance. */
export async function exposeHalves(
  { server }: TestEndpoint,
  flag: string,
  control: number,
  treatment: number,
): Promise<void> {
  const of = (variant: string, count: number, from: number) =>
    exposures(count, { flag, variant, rule: `${flag}/split`, assignmentId: variant }, from);
  const batch = batchBytes({ exposures: [...of("control", control, 0), ...of("treatment", treatment, control)] });
  await connectClient(server.url, pageKey).publishExposures({ batch, sentAtMs: BigInt(Date.now()) });
}
