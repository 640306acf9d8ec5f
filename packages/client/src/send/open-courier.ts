/** The courier of one client: its sink, its seal and its outbox. @module */
import { bundleReport } from "../bundle-report.js";
import type { OpenCourier } from "../courier.js";
import { httpSink } from "../http/http-sink.js";
import { createCourier } from "./create-courier.js";
import { createSeal } from "./seal-batch.js";

/** Opens the courier of a client. */
export const openCourier: OpenCourier = (parts, intake) => {
  const { host, access, trustDomain, consent } = parts;
  const { clock, random, randomBytes, sdk, delivery: limits } = host;
  const { audience } = access;
  const sink = parts.sink ?? httpSink(host, access);
  const instanceId = randomBytes(16);
  const bundleStatus = () => bundleReport(parts.bundle(), clock.nowMs());
  const sealParts = { sdk, audience, instanceId, randomBytes, clock, bundleStatus, ledger: intake.ledger };
  const openOutbox = parts.outbox ?? host.openOutbox;
  return createCourier(
    {
      ...{ clock, random, limits, consent },
      sink: host.wrapSink?.(sink) ?? sink,
      seal: createSeal(sealParts),
      outbox: openOutbox?.({ ...sealParts, limits, name: `${trustDomain}/${audience}` }),
    },
    intake,
  );
};
