/** Whether two manifests stand for the same flags. @module */
import type { PublishedManifest } from "../publication.js";

/** The same bundle, and the same file for the flags that the endpoint resolves: under one version, nothing else. */
export function isSameContent(a: PublishedManifest, b: PublishedManifest): boolean {
  return a.manifest.sha256 === b.manifest.sha256 && a.remoteBundle?.sha256 === b.remoteBundle?.sha256;
}
