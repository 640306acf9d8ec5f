/** Keeps a publication in step with a project's files, one publish at a time. @module */
import {
  type Audience,
  buildProject,
  hasErrors,
  keepAllocation,
  LOCK_FILE,
  type Problem,
  type ProjectBuild,
  type PublishedAudience,
  type PublishingKeys,
  publishBundles,
} from "@aplomb/authoring";
import type { Clock } from "@aplomb/server";

/** What became of one look at the files. */
export type PublishOutcome =
  | {
      readonly type: "published";
      /** Every audience; what was done with each is in its `change`. */
      readonly published: readonly PublishedAudience[];
      /** As aplomb.yaml lists them now. */
      readonly audiences: readonly Audience[];
      /** Warnings only. */
      readonly problems: readonly Problem[];
      /** The files' texts by path. */
      readonly texts: ReadonlyMap<string, string>;
      readonly tookMs: number;
    }
  | { readonly type: "broken"; readonly problems: readonly Problem[]; readonly texts: ReadonlyMap<string, string> }
  | { readonly type: "failed"; readonly error: Error };

/** Where from, where to, and with what. */
export interface PublisherOptions {
  readonly dir: string;
  readonly publicationDir: string;
  /** Asked at each look: keys may have been rotated or revoked since the last. */
  readonly readKeys: () => Promise<PublishingKeys>;
  readonly clock: Clock;
  readonly freshForMs?: number | undefined;
  /** Called after each look at the files, and waited for before the next. */
  readonly onOutcome: (outcome: PublishOutcome) => Promise<void>;
}

/** Publishes on request, and by itself when freshness needs to be signed again. */
export interface Publisher {
  /** Looks at the files and publishes what has changed. Requests that come meanwhile share one more look. Never rejects. */
  publish(): Promise<PublishOutcome>;
  /** Lets the current look finish and begins no other by itself. */
  close(): Promise<void>;
}

/** The longest time between two looks for freshness: a clock that was set, or a laptop that slept, is noticed by then. */
const MAX_WAIT_MS = 3_600_000;
const MIN_WAIT_MS = 1_000;

/** Makes a publisher; it does nothing before the first `publish`. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { clock, onOutcome } = options;
  let running: Promise<PublishOutcome> | undefined;
  let waiting: Promise<PublishOutcome> | undefined;
  let cancelRefresh = (): void => undefined;
  let isClosed = false;

  const look = async (): Promise<PublishOutcome> => {
    cancelRefresh();
    const failed = (error: Error): PublishOutcome => ({ type: "failed", error });
    const found = await publishOnce(options).catch(failed);
    const outcome = await onOutcome(found).then(() => found, failed);
    if (!isClosed) cancelRefresh = clock.setTimer(() => void publish(), waitUntilRefresh(outcome, clock.nowMs()));
    return outcome;
  };

  const publish = (): Promise<PublishOutcome> => {
    if (running !== undefined) {
      waiting ??= running.then(() => {
        waiting = undefined;
        return publish();
      });
      return waiting;
    }
    running = look().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    publish,
    async close() {
      isClosed = true;
      cancelRefresh();
      await (waiting ?? running);
      cancelRefresh();
    },
  };
}

async function publishOnce(options: PublisherOptions): Promise<PublishOutcome> {
  const { dir, publicationDir, readKeys, clock, freshForMs } = options;
  const startMs = clock.nowMs();
  const build = await buildProject(dir);
  const { project, bundles, texts } = build;
  const problems = [...build.problems, ...(await unkeptAllocation(dir, build))];
  if (project === undefined || hasErrors(problems)) return { type: "broken", problems, texts };
  const keys = await readKeys();
  const published = await publishBundles(bundles, { dir: publicationDir, keys, atMs: clock.nowMs(), freshForMs });
  const tookMs = clock.nowMs() - startMs;
  return { type: "published", published, audiences: project.audiences, problems, texts, tookMs };
}

/** Keeps what must not move before anybody is served by it; a directory that cannot be written is worth a warning. */
async function unkeptAllocation(dir: string, build: ProjectBuild): Promise<Problem[]> {
  try {
    await keepAllocation(dir, build);
    return [];
  } catch (error) {
    const message = `the file cannot be written: ${(error as Error).message}`;
    const expected = "a directory that can be written, or a committed file that `aplomb build` has brought up to date";
    return [{ severity: "warning", file: LOCK_FILE, line: 1, column: 1, length: 1, message, expected, example: "" }];
  }
}

/** Until the first manifest has half of its freshness behind it. */
function waitUntilRefresh(outcome: PublishOutcome, nowMs: number): number {
  const published = outcome.type === "published" ? outcome.published : [];
  const halfLives = published.map(({ manifest }) => (manifest.issuedAtMs + manifest.freshUntilMs) / 2);
  return Math.min(Math.max(Math.min(...halfLives) - nowMs, MIN_WAIT_MS), MAX_WAIT_MS);
}
