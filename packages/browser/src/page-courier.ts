/** What sends a page's exposures: with keepalive, and from an outbox in IndexedDB. Loaded after what reads need. @module */
import type { ExposureSink, OpenCourier } from "@aplomb/client";
import { openCourier } from "@aplomb/client/courier";
import { openIndexedDbOutbox } from "./indexed-db-outbox.js";
import { keepaliveSink } from "./keepalive-sink.js";

/** Opens the courier of a page's client. */
export const openPageCourier: OpenCourier = (parts, intake) => {
  const { host } = parts;
  const wrapSink = (sink: ExposureSink): ExposureSink => {
    const lasting = keepaliveSink(sink);
    return host.wrapSink?.(lasting) ?? lasting;
  };
  return openCourier({ ...parts, host: { ...host, wrapSink, openOutbox: openIndexedDbOutbox } }, intake);
};
