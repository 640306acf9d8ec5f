/** What delivers exposures: batches and acknowledgements. Apart, so that pages load it after what reads need. @module */
export { type PublishResponse, type RejectedRow, readPublishResponse } from "../bundle/read-publish-response.js";
export { type ExposureOptions, exposureOf } from "../exposure/exposure-of.js";
export { type BatchPieces, type BatchRecord, readBatchPieces } from "../exposure/read-batch-pieces.js";
export {
  type BatchHead,
  type BatchPiece,
  type BundleStatus,
  type ExposureBatch,
  type TrackEvent,
  writeBatchHead,
  writeBatchPiece,
  writeExposureBatch,
  writePublishRequest,
} from "../exposure/write-batch.js";
export type { Exposure } from "../exposure.js";
