/** Keeps, for each audience, what its current bundle holds and since when its splits are in force. @module */
import type { Clock } from "../clock.js";
import type { ExposureStore, RuleSplit, SplitStart } from "../exposure-store.js";
import type { Publication, PublishedManifest } from "../publication.js";
import { type DescribedFlag, describeFlags } from "./describe-flags.js";

/** The flags of one published version. */
export interface FlagView {
  readonly manifest: PublishedManifest;
  readonly flags: readonly DescribedFlag[];
  /** Since when each split is in force, by {@link splitKey}. */
  readonly splitStarts: ReadonlyMap<string, SplitStart>;
}

/** Views of what is published. */
export interface FlagViews {
  /** The view of an audience; undefined before its first bundle was read. */
  view(audience: string): FlagView | undefined;
  /** Resolves when every version seen so far was read. */
  settled(): Promise<void>;
  /** Stops following. */
  stop(): void;
}

/** What following needs. */
export interface FollowParts {
  readonly publication: Publication;
  readonly store: ExposureStore;
  readonly clock: Clock;
  readonly onError: (error: unknown, audience: string) => void;
}

/** The key of a rule's split: names hold no U+0000 when they are stored. */
export const splitKey = (flag: string, rule: string): string => `${flag}\0${rule}`;

/** Reads every audience's bundle now and after each change, one after the other. */
export function followFlags(parts: FollowParts): FlagViews {
  const { publication, onError } = parts;
  const views = new Map<string, FlagView>();
  let reading: Promise<void> = Promise.resolve();

  const read = (audience: string): void => {
    reading = reading
      .then(async () => {
        const view = await readView(audience, views.get(audience), parts);
        if (view) views.set(audience, view);
      })
      .catch((error: unknown) => onError(error, audience));
  };
  const stop = publication.onChange((manifest) => read(manifest.audience));
  for (const audience of publication.audiences()) read(audience);
  return { view: (audience) => views.get(audience), settled: () => reading, stop };
}

async function readView(
  audience: string,
  before: FlagView | undefined,
  { publication, store, clock, onError }: FollowParts,
): Promise<FlagView | undefined> {
  const manifest = publication.manifest(audience);
  if (manifest === undefined) return undefined;
  if (before?.manifest.sha256 === manifest.sha256) return { ...before, manifest };
  const bundle = await publication.bundle(audience, manifest.sha256);
  if (bundle === undefined) return undefined;
  const flags = describeFlags(bundle);
  const now = { version: manifest.version, atMs: clock.nowMs() };
  const starts = await store.noteSplits(audience, splitsOf(flags), now).catch((error: unknown) => {
    onError(error, audience);
    return [];
  });
  return { manifest, flags, splitStarts: new Map(starts.map((start) => [splitKey(start.flag, start.rule), start])) };
}

function splitsOf(flags: readonly DescribedFlag[]): RuleSplit[] {
  return flags.flatMap(({ key, rules }) =>
    rules.flatMap(({ name, split }) => (split ? [{ flag: key, rule: name, fingerprint: split.fingerprint }] : [])),
  );
}
