/** A project: all flags and segments of a trust domain, and who gets them. @module */
import type { FlagFile } from "./flag-file.js";
import type { GroupFile } from "./group-file.js";
import type { SegmentFile } from "./segment-file.js";

/** Whether anybody can read an audience's bundle (browser) or only holders of a secret key (service). */
export type AudienceKind = "browser" | "service";

/** A client in an environment: who a bundle is made for. */
export interface Audience {
  readonly name: string;
  readonly kind: AudienceKind;
  readonly environment: string;
  /** Browsers: the public key that pages send. */
  readonly clientKey?: string;
  /** Lower-case hex SHA-256 of the key that clients send. */
  readonly clientKeySha256: string;
}

/** Everything that a project's files say, checked. */
export interface Project {
  readonly trustDomain: string;
  /** In the order of their names. */
  readonly audiences: readonly Audience[];
  /** In the order of their keys. */
  readonly flags: readonly FlagFile[];
  /** In the order of their keys. */
  readonly segments: readonly SegmentFile[];
  /** In the order of their keys. */
  readonly groups: readonly GroupFile[];
}

/** The file aplomb.yaml, as written. */
export interface ProjectFile {
  readonly trustDomain: string;
  readonly audiences: Readonly<Record<string, AudienceFile>>;
}

/** One audience in aplomb.yaml. */
export interface AudienceFile {
  readonly kind: AudienceKind;
  readonly environment: string;
  readonly clientKey?: string;
  readonly clientKeySha256?: string;
}
