/** The end of a command that found what it was asked to look for. @module */

/** Thrown when a check failed; what and why has been printed. */
export class CheckFailed extends Error {}
