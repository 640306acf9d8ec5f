/** Flags as code: YAML files to validated flags, to bundles for each audience, to a signed publication. @module */
export { type Allocation, type Line, LOCK_FILE } from "./allocation.js";
export {
  AuthoringError,
  type AuthoringErrorCode,
  type AuthoringErrorOptions,
  isAuthoringError,
} from "./authoring-error.js";
export { readBuild, writeBuild } from "./build/build-files.js";
export { buildProject } from "./build-project.js";
export type { BuiltAllocation, ProjectBuild } from "./build-sources.js";
export type { BuiltBundle } from "./built-bundle.js";
export type { ClientEntry, ClientsFile } from "./clients-file.js";
export type { AttributeCondition, Condition, FlagCondition, Literal, LiteralReading } from "./condition.js";
export type { Change, ChangeEffect, ChangePart } from "./diff/change.js";
export { type AudienceBundle, type AudienceChange, type AudienceDiff, diffAudiences } from "./diff/diff-audiences.js";
export { diffBundles } from "./diff/diff-bundles.js";
export { listText, momentText, printable } from "./diff/plain-text.js";
export type { Fields, FieldType, FlagFile, FlagType, Outcome, RuleFile, Sticky } from "./flag-file.js";
export { formatProblem, formatProblems, type Paint } from "./format-problem.js";
export type { GroupFile } from "./group-file.js";
export type { FlagImpact, Given, ImpactExample, ImpactReport, Movement } from "./impact/impact.js";
export { type MeasureOptions, measureImpact } from "./impact/measure-impact.js";
export { type BadLine, readSample, type SampleContext } from "./impact/read-sample.js";
export { type FlagSummary, type Inspection, inspectArtefact } from "./inspect/inspect-artefact.js";
export { keepAllocation } from "./keep-allocation.js";
export { lintProject } from "./lint/lint-project.js";
export type { LintOptions, LintReport } from "./lint/lint-sources.js";
export type { LintProblem } from "./lint/lint-subject.js";
export { hasErrors, type Problem, type Severity } from "./problem.js";
export type { Audience, AudienceKind, Project } from "./project.js";
export type { PublishedAudience, PublishedChange, PublishedManifest, RemoteBundleRef } from "./publication.js";
export { checkBundle } from "./publish/check-bundle.js";
export { PUBLICATION_LOCK } from "./publish/publication-lock.js";
export { clientLimits, publisherLimits } from "./publish/publisher-limits.js";
export { readRings } from "./publish/read-published.js";
export { type PublishOptions, publishBundles, signBundles } from "./publish-bundles.js";
export { publishSigned } from "./publish-signed.js";
export { type ClientsReading, readClients } from "./read-clients.js";
export { type RefreshOptions, refreshPublication } from "./refresh-publication.js";
export { haltRollout } from "./rollout/halt-rollout.js";
export { promoteVersion, type RolloutOptions } from "./rollout/promote-version.js";
export { ROLLOUT_LOG, type RolloutEntry } from "./rollout/rollout-log.js";
export { ALL_RINGS, nextStep, type RingManifests, type RolloutStep, servedIn } from "./rollout/rollout-steps.js";
export type { RootChange } from "./root-change.js";
export type { SegmentFile } from "./segment-file.js";
export { advanceRoot, type RootAdvance, type RootOutcome } from "./sign/advance-root.js";
export { type GeneratedKeys, type GenerateOptions, generateKeys } from "./sign/generate-keys.js";
export {
  addBundleKey,
  addRootKey,
  hasKeys,
  makeKeyDirectory,
  promoteBundleKey,
  readKeyFile,
  readKeys,
  readTrustedKey,
  rootKeyPaths,
  writeKeys,
} from "./sign/key-files.js";
export { ROOT_FILE, readNewestRoot, readRoots, writeRootFile } from "./sign/root-files.js";
export { FRESH_FOR_MS, type SignOptions, signBundle } from "./sign/sign-bundle.js";
export { type FirstRootOptions, signFirstRoot } from "./sign/sign-first-root.js";
export { signNextRoot } from "./sign/sign-next-root.js";
export { publicHalf, ROOT_VALID_MS, signRoot } from "./sign/sign-root.js";
export { readSigned, writeSigned } from "./sign/signed-files.js";
export type { SignedBuild, SignedBundle } from "./signed-bundle.js";
export type { PrivateJwk, PublishingKeys, SigningKey } from "./signing-key.js";
export { type WriteTypeScriptOptions, writeTypeScript } from "./typescript/write-typescript.js";
export {
  type ArtefactSource,
  directorySource,
  type EndpointOptions,
  endpointSource,
} from "./verify/artefact-source.js";
export type { AudienceVerdict, PublicationVerdict, Refusal } from "./verify/publication-verdict.js";
export { verifyNextRoot } from "./verify/verify-next-root.js";
export { type VerifyPublicationOptions, verifyPublication } from "./verify/verify-publication.js";
