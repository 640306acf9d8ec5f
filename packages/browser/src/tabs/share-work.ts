/** What one tab does for all: polls, streams and sends. The others ask it, and work for themselves when it is silent. @module */
import type { Announcement, Clock, ExposureSink, ManifestAnswer, RefreshSource, WatchBundle } from "@aplomb/client";
import { createManifestDesk } from "./manifest-desk.js";
import { joinTabGroup, type Question, type TabGroup } from "./tab-group.js";

/** What tabs share. Each member is what it wraps, for the pipelines that use it. */
export interface SharedWork {
  readonly source: Pick<RefreshSource, "fetchManifest" | "fetchBundle">;
  readonly sink: ExposureSink;
  /** A newer version was announced: what the leader knows is old. */
  announced(): void;
  /** Streams in the leader; in the others it ends when they lead. */
  watch(stream: WatchBundle): WatchBundle;
  /** Leaves the group. */
  leave(): void;
}

/** What is to be shared. */
export interface SharedWorkParts {
  /** Tabs with the same name share. */
  readonly name: string;
  readonly tab: string;
  readonly clock: Clock;
  readonly pollIntervalMs: number;
  readonly source: RefreshSource;
  readonly sink: ExposureSink;
}

/** Joins the tabs that share. */
export function shareWork({ name, tab, clock, pollIntervalMs, source, sink }: SharedWorkParts): SharedWork {
  const life = new AbortController();
  const desk = createManifestDesk(source, clock);
  const listeners = new Set<(announcement: Announcement) => void>();
  const successors = new Set<() => void>();
  let bundle: { readonly sha256: string; readonly bytes: Promise<Uint8Array> } | undefined;

  async function bundleFor(sha256: string, sizeBytes: number): Promise<Uint8Array> {
    if (bundle?.sha256 !== sha256)
      bundle = { sha256, bytes: source.fetchBundle(sha256, sizeBytes, false, life.signal) };
    const { bytes } = bundle;
    bytes.catch(() => {
      bundle = undefined;
    });
    return bytes;
  }

  async function answer(question: Question): Promise<unknown> {
    if (question.what === "bundle") return bundleFor(question.sha256, question.sizeBytes);
    if (question.what === "publish") return sink.publish(question.batch, life.signal, false, question.sentAtMs);
    return desk.manifestFor(question.tab, question.validator, pollIntervalMs, life.signal);
  }

  const group = joinTabGroup({
    ...{ name, tab, clock, answer },
    heard: (news) => {
      for (const listener of listeners) listener(news as Announcement);
    },
    elected: () => {
      for (const succeed of successors) succeed();
    },
  });

  return {
    source: {
      async fetchManifest(validator, signal) {
        // Its own polls keep the leader's answers new; those of others count for it, too.
        if (group.leads) return desk.manifestFor(tab, validator, pollIntervalMs / 2, signal);
        const answered = await group.ask({ what: "manifest", tab, validator }, signal);
        return answered ? (answered.value as ManifestAnswer | undefined) : source.fetchManifest(validator, signal);
      },
      async fetchBundle(sha256, sizeBytes, reload, signal) {
        // What does not have its digest came damaged from somewhere: past everything, the leader too.
        if (reload) return source.fetchBundle(sha256, sizeBytes, true, signal);
        if (group.leads) return bundleFor(sha256, sizeBytes);
        const answered = await group.ask({ what: "bundle", sha256, sizeBytes }, signal);
        return answered ? (answered.value as Uint8Array) : source.fetchBundle(sha256, sizeBytes, false, signal);
      },
    },
    sink: {
      async publish(batch, signal, isLeaving, sentAtMs) {
        // A page that goes away cannot wait for another, and the request has to leave before this returns.
        if (group.leads || isLeaving) return sink.publish(batch, signal, isLeaving, sentAtMs);
        const answered = await group.ask({ what: "publish", batch, sentAtMs }, signal);
        return answered
          ? (answered.value as Awaited<ReturnType<ExposureSink["publish"]>>)
          : sink.publish(batch, signal, false, sentAtMs);
      },
    },
    announced: desk.forget,
    watch: (stream) => (announced, signal) => watchTogether(group, stream, announced, signal, listeners, successors),
    leave() {
      life.abort();
      group.leave();
    },
  };
}

/** Streams and passes on what comes, or listens to what the leader passes on until this tab leads. */
async function watchTogether(
  group: TabGroup,
  stream: WatchBundle,
  announced: (announcement: Announcement) => void,
  signal: AbortSignal,
  listeners: Set<(announcement: Announcement) => void>,
  successors: Set<() => void>,
): Promise<void> {
  if (group.leads) {
    return stream((announcement) => {
      group.tell(announcement);
      announced(announcement);
    }, signal);
  }
  listeners.add(announced);
  let succeed = (): void => {};
  await new Promise<void>((resolve) => {
    succeed = resolve;
    successors.add(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  successors.delete(succeed);
  listeners.delete(announced);
}
