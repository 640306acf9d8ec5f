/** One flag in a server component. @module */
import type { FlagClient } from "@aplomb/client";
import type { EvaluationContext, JsonValue, Widened } from "@aplomb/core";

/** How {@link getFlag} reads. */
export interface GetFlagOptions {
  /** `"manual"`: this read exposes nobody. Default `"auto"`: what a server component renders is met, and no page will say so. */
  readonly expose?: "auto" | "manual";
  /** How long to wait for a bundle, and for stored assignments and remote answers. Default 5,000 ms. */
  readonly timeoutMs?: number;
}

/**
 * The value of a flag, for server components, route handlers and server actions.
 *
 * Waits until it can be answered, then answers as a client does: never rejects, and what cannot be answered is the default.
 *
 * @param flags - The server's client, made once for all requests.
 * @example const title = await getFlag(flags, "banner.title", "Welcome", { targetingKey: account.id });
 */
export async function getFlag<T extends JsonValue>(
  flags: FlagClient,
  key: string,
  defaultValue: T,
  context: EvaluationContext,
  { expose = "auto", timeoutMs = 5_000 }: GetFlagOptions = {},
): Promise<Widened<T>> {
  const [flagKey = ""] = key.split(".", 1);
  const scope = await flags.prepare(context, { flags: [flagKey], timeoutMs });
  const details = scope.peekDetails(key, defaultValue);
  if (expose === "auto") details.expose();
  return details.value;
}
