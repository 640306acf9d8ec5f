/** A project that is being served. @module */
import type { Audience, PublishedAudience } from "@aplomb/authoring";

/** A project that is being served: where, to whom, and until when. */
export interface RunningProject {
  /** The endpoint, such as "http://127.0.0.1:4600", without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The port of gRPC; undefined where it is not spoken. */
  readonly grpcPort: number | undefined;
  readonly consoleUrl: string | undefined;
  readonly publicationDir: string;
  /** The exposure database, unless that is PostgreSQL. */
  readonly dataFile: string;
  /** Where exposures go: into `dataFile`, or into the database of `databaseUrl`. */
  readonly store: "file" | "postgres";
  /** The signed root in base64: what clients are given to trust. */
  readonly rootEnvelope: string;
  /** As aplomb.yaml listed them at the start. */
  readonly audiences: readonly Audience[];
  /** The current manifest of each audience, in the order of their names. */
  published(): readonly PublishedAudience[];
  /** Calls back after each publish that gave an audience a new version. The returned function ends that. */
  onPublished(listener: (audiences: readonly PublishedAudience[]) => void): () => void;
  /** Stops watching, finishes what is being published, closes endpoint and database. Idempotent. */
  close(): Promise<void>;
}
