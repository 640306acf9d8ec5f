/** Prepares to judge a batch's exposures by the bundles that they name. @module */
import { type Exposure, type ExposureVerdict, type FlagSet, judgeExposure } from "@aplomb/core";
import type { ExposureBatch } from "@aplomb/proto/exposure";
import type { CandidateBundles, ClaimedBundle } from "./candidate-bundles.js";

/** What can be said of a row; `unknown_version`: no such version was ever published. */
export type RowVerdict = ExposureVerdict | "unknown_version";

/** Judges one exposure at a time. */
export type Judge = (exposure: Exposure) => RowVerdict;

/** Judges nothing. */
export const noJudge: Judge = () => "unjudged";

/** More versions than that in one batch are of no honest client; the rest is not judged. */
const maxVersions = 8;

/** Gathers the flag sets of a batch's versions; what it gives then needs nothing but the exposure. */
export async function judgeBatch(batch: ExposureBatch, candidates: CandidateBundles): Promise<Judge> {
  const versions = new Set(batch.exposures.map(({ bundleVersion }) => Number(bundleVersion)));
  const found = new Map<number, readonly FlagSet[] | "never">();
  for (const version of [...versions].slice(0, maxVersions)) {
    found.set(version, await candidates.flagSetsOf(batch.audience, version, claimIn(batch)));
  }
  return (exposure) => {
    const flagSets = found.get(exposure.bundleVersion) ?? [];
    return flagSets === "never" ? "unknown_version" : judgeByAny(flagSets, exposure);
  };
}

/** What fits one of some bundles is believed. */
function judgeByAny(flagSets: readonly FlagSet[], exposure: Exposure): ExposureVerdict {
  let verdict: ExposureVerdict = "unjudged";
  for (const flagSet of flagSets) {
    verdict = judgeExposure(flagSet, exposure);
    if (verdict === "plausible" || verdict === "unjudged") break;
  }
  return verdict;
}

function claimIn({ bundleStatus }: ExposureBatch): ClaimedBundle | undefined {
  if (bundleStatus === undefined) return undefined;
  const { epoch, version, sha256 } = bundleStatus;
  return {
    epoch: Number(epoch),
    version: Number(version),
    sha256: sha256.length === 32 ? Buffer.from(sha256).toString("hex") : "",
  };
}
