/** The exit codes of every command. @module */

/** Part of the command's contract: scripts and CI jobs go by them. */
export const EXIT = {
  /** It did what was asked. */
  ok: 0,
  /** A check failed, or what was given cannot be used. */
  failed: 1,
  /** The command line itself is wrong. */
  usage: 2,
} as const;

/** One of them. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
