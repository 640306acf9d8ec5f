/** Networks that break on purpose: an HTTP proxy, a TCP proxy, and certificates that nobody should trust. @module */
export type { FlowRule } from "./byte-flow.js";
export {
  type Certificate,
  type CertificateAuthority,
  type CertificateInit,
  createCertificateAuthority,
} from "./certificate-authority.js";
export type { AnswerFault, Fault, OwnAnswer, RequestFault } from "./fault.js";
export {
  type FaultProxy,
  type FaultProxyOptions,
  type FaultRule,
  startFaultProxy,
  type UploadRule,
} from "./fault-proxy.js";
export type { UpstreamAnswer } from "./forward.js";
export { comeBackLater, gzipBomb, lyingNotModified, redirect, webPage } from "./hostile-answer.js";
export type { RequestHead, SeenRequest } from "./seen-request.js";
export {
  type ConnectionRule,
  type Direction,
  type Outage,
  type SeenConnection,
  startTcpProxy,
  type TcpProxy,
} from "./tcp-proxy.js";
