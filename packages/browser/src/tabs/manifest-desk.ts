/** What the leader knows of the manifest: asked for by many tabs, fetched once. @module */
import type { Clock, ManifestAnswer, RefreshSource } from "@aplomb/client";

/** The last time the source was asked. */
interface Asking {
  readonly atMs: number;
  readonly validator: string | undefined;
  readonly answer: Promise<ManifestAnswer | undefined>;
  /** Who had the answer: whoever asks again with another validator could not use it. */
  readonly had: Set<string>;
}

/** Answers for the source, as long as what it said is new enough. */
export interface ManifestDesk {
  /**
   * The manifest, for a tab.
   *
   * @param tab - Who asks.
   * @param validator - Of what is active there.
   * @param maxAgeMs - How long ago the source may have been asked.
   * @returns Undefined when the validator still holds.
   * @throws As the source does.
   */
  manifestFor(
    tab: string,
    validator: string | undefined,
    maxAgeMs: number,
    signal: AbortSignal,
  ): Promise<ManifestAnswer | undefined>;
  /** There is something newer than what is known: the source is asked next, however new that is. */
  forget(): void;
}

/** Opens the desk. */
export function createManifestDesk(source: RefreshSource, clock: Clock): ManifestDesk {
  let last: Asking | undefined;

  /** Whether the last answer is one for this tab. A failure is shared, too: the endpoint is spared. */
  async function canUse({ answer, had, ...asking }: Asking, tab: string, validator?: string): Promise<boolean> {
    const known = await answer.catch(() => null);
    if (known === undefined) return asking.validator === validator;
    return !had.has(tab) || (known?.validator !== undefined && known.validator === validator);
  }

  return {
    async manifestFor(tab, validator, maxAgeMs, signal) {
      const nowMs = clock.monotonicMs();
      const isNew = last !== undefined && nowMs - last.atMs <= maxAgeMs;
      if (!last || !isNew || !(await canUse(last, tab, validator))) {
        last = { atMs: nowMs, validator, answer: source.fetchManifest(validator, signal), had: new Set() };
      }
      const asking = last;
      asking.had.add(tab);
      const answer = await asking.answer;
      const isActive = answer?.validator !== undefined && answer.validator === validator;
      return isActive ? undefined : answer;
    },
    forget() {
      last = undefined;
    },
  };
}
