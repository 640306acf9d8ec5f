/** Answers ResolveFlags: evaluation at the endpoint, for thin clients and for flags left out of a bundle. @module */
import type { JsonObject } from "@aplomb/core";
import type {
  ResolvedFlag,
  ResolvedFlagSchema,
  ResolveFlagsRequest,
  ResolveFlagsResponseSchema,
} from "@aplomb/proto/resolve-service";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Clock } from "../clock.js";
import type { Caller } from "../credential.js";
import { refusal } from "../receive/refusal.js";
import type { StickyRecords } from "../sticky-records.js";
import { answerFlags, type FlagDetails } from "./answer-flags.js";
import type { AnswerSets } from "./answer-sets.js";

/** The largest request: a context of a few hundred attributes has a few KiB. */
export const maxResolveBytes: number = 256 * 1_024;
/** More keys than this are asked for one by one by nobody. */
const maxKeys = 2_000;

/** What evaluation at the endpoint needs. */
export interface AnsweringParts {
  readonly answerSets: AnswerSets;
  readonly clock: Clock;
  readonly stickyRecords?: StickyRecords | undefined;
}

/**
 * Evaluates what is asked for.
 *
 * @throws ConnectError as `refusal` makes it: `wrong_audience`, `malformed`, or `not_published`.
 */
export async function resolveFlags(
  { audience, flags, context }: ResolveFlagsRequest,
  caller: Caller,
  { answerSets, clock, stickyRecords }: AnsweringParts,
): Promise<MessageInitShape<typeof ResolveFlagsResponseSchema>> {
  if (!caller.audiences.has(audience)) throw refusal("wrong_audience", "the key does not open this audience");
  if (flags.length > maxKeys) throw refusal("malformed", `at most ${maxKeys} flags are resolved at a time`);
  const set = await answerSets.of(audience);
  if (set === undefined) throw refusal("not_published", "nothing is published for this audience yet");
  const parts = { nowMs: clock.nowMs(), stickyRecords };
  const answers = await answerFlags(set, flags.length === 0 ? undefined : flags, (context ?? {}) as JsonObject, parts);
  return {
    flags: [...answers].map(([key, details]) => resolvedFlag(key, details)),
    bundleVersion: BigInt(set.visible.bundleVersion),
  };
}

function resolvedFlag(flag: string, details: FlagDetails): MessageInitShape<typeof ResolvedFlagSchema> {
  const { resolution, reason, errorCode = "", errorMessage = "" } = details;
  const exposure = exposureToken(details);
  return {
    ...{ flag, errorCode, errorMessage, evaluationReason: reason },
    reason: resolution?.reason ?? "ERROR",
    variant: resolution?.variant ?? "",
    ...(resolution?.value && { value: resolution.value as NonNullable<ResolvedFlag["value"]> }),
    ...(exposure && { exposure }),
  };
}

/** What the client sends back when the unit really meets the outcome: all but the time, the day and the id. */
function exposureToken({
  resolution,
  reason,
  flagMetadata,
}: FlagDetails): MessageInitShape<typeof ResolvedFlagSchema>["exposure"] {
  if (!resolution?.shouldExpose || reason === "ERROR") return undefined;
  const { flagKey: flag, variant, rule, assignmentId, unitSelector, unit, fallthroughs } = resolution;
  const bundleVersion = BigInt(Number(flagMetadata.bundleVersion ?? 0));
  return { flag, variant, rule, assignmentId, unitSelector, unit, fallthroughs: [...fallthroughs], bundleVersion };
}
