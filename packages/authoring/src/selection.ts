/** What of a project one audience may have. @module */
import type { FlagFile } from "./flag-file.js";
import type { Audience } from "./project.js";
import type { SegmentFile } from "./segment-file.js";

/** The flags and segments of one audience's bundle. */
export interface Selection {
  readonly trustDomain: string;
  readonly audience: Audience;
  /** In the order of their keys; only rules and variants that are in force for the audience. */
  readonly flags: readonly FlagFile[];
  /** Keys of flags of the environment that the audience may not know of. */
  readonly hidden?: readonly string[];
  /** Those that the flags' rules lead to, in the order of their keys. */
  readonly segments: readonly SegmentFile[];
}
