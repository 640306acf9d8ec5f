/** Tells the endpoint and everybody who listens what has been published. @module */
import type { PublishedAudience } from "@aplomb/authoring";
import type { ReloadReport } from "@aplomb/server";
import type { PublishOutcome } from "./publisher.js";

/** Passes on what becomes of each look at the files. */
export interface Announcer {
  /** Settles when the endpoint serves it and everybody has been told. */
  announce(outcome: PublishOutcome): Promise<void>;
  /** From now on, this endpoint is told first. Settles when it serves what is published. */
  follow(endpoint: Reloading): Promise<void>;
  /** What each audience has now. */
  published(): readonly PublishedAudience[];
  /** Calls back after each publish that gave an audience a new version. The returned function ends that. */
  onPublished(listener: (published: readonly PublishedAudience[]) => void): () => void;
}

/** An endpoint that reads a publication. */
export interface Reloading {
  reload(): Promise<ReloadReport>;
}

/** Who else is told. */
export interface AnnouncerOptions {
  /** Of each look at the files. */
  readonly onOutcome?: ((outcome: PublishOutcome) => void) | undefined;
  /** Of each time that the endpoint has read the publication. */
  readonly onReload?: ((report: ReloadReport) => void) | undefined;
}

/** Makes an announcer. */
export function createAnnouncer({ onOutcome, onReload }: AnnouncerOptions): Announcer {
  const listeners = new Set<(published: readonly PublishedAudience[]) => void>();
  let current: readonly PublishedAudience[] = [];
  let followed: Reloading | undefined;
  const reload = async (): Promise<void> => {
    const report = await followed?.reload();
    if (report) onReload?.(report);
  };
  return {
    async announce(outcome) {
      if (outcome.type === "published") {
        current = outcome.published;
        await reload();
      }
      onOutcome?.(outcome);
      if (outcome.type !== "published" || outcome.published.every(({ change }) => change !== "new")) return;
      for (const listener of [...listeners]) listener(current);
    },
    follow(endpoint) {
      followed = endpoint;
      return reload();
    },
    published: () => current,
    onPublished(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
