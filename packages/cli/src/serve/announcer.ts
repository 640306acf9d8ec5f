/** Tells the endpoint and everybody who listens what has been published. @module */
import type { PublishedAudience } from "@aplomb/authoring";
import type { PublishOutcome } from "./publisher.js";

/** Passes on what becomes of each look at the files. */
export interface Announcer {
  /** Settles when the endpoint serves it and everybody has been told. */
  announce(outcome: PublishOutcome): Promise<void>;
  /** From now on, this endpoint is told first. */
  follow(endpoint: { reload(): Promise<void> }): void;
  /** What each audience has now. */
  published(): readonly PublishedAudience[];
  /** Calls back after each publish that gave an audience a new version. The returned function ends that. */
  onPublished(listener: (published: readonly PublishedAudience[]) => void): () => void;
}

/** Makes an announcer that also tells `onOutcome` everything. */
export function createAnnouncer(onOutcome?: (outcome: PublishOutcome) => void): Announcer {
  const listeners = new Set<(published: readonly PublishedAudience[]) => void>();
  let current: readonly PublishedAudience[] = [];
  let followed: { reload(): Promise<void> } | undefined;
  return {
    async announce(outcome) {
      if (outcome.type === "published") {
        current = outcome.published;
        await followed?.reload();
      }
      onOutcome?.(outcome);
      if (outcome.type !== "published" || outcome.published.every(({ change }) => change !== "new")) return;
      for (const listener of [...listeners]) listener(current);
    },
    follow(endpoint) {
      followed = endpoint;
    },
    published: () => current,
    onPublished(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
