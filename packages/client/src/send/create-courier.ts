/** From a queued record to an acknowledged batch: keeps, seals, sends, counts. @module */
import type { Clock } from "../clock.js";
import type { Consent } from "../consent.js";
import type { Courier, CourierCounters, Intake } from "../courier.js";
import type { DeliveryLimits } from "../delivery-limits.js";
import type { ExposureSink } from "../exposure-sink.js";
import type { Outbox } from "../outbox.js";
import { createPace } from "./pace.js";
import { startRecovery } from "./recovery.js";
import { createRest } from "./rest.js";
import type { Seal } from "./sealed-batch.js";
import { createSender } from "./sender.js";
import { createSettlement } from "./settlement.js";
import { createSupply } from "./supply.js";

/** What a courier works with. */
export interface CourierMeans {
  readonly sink: ExposureSink;
  readonly seal: Seal;
  /** Keeps records where they survive; absent: they are in memory alone. */
  readonly outbox: Outbox | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly limits: DeliveryLimits;
  readonly consent: Consent;
}

/** Makes a courier; it begins with what earlier runs left in the outbox. */
export function createCourier(means: CourierMeans, intake: Intake): Courier {
  const { outbox, clock, random, limits, consent } = means;
  const { queue, ledger } = intake;
  const { flushIntervalMs } = limits;
  const isHeld = (): boolean => consent.state !== "granted";
  const pace = createPace({ clock, random, flushIntervalMs, enqueued: () => ledger.enqueued });
  const settlement = createSettlement(ledger, pace, (batch) => intake.lost(batch.records));
  const supply = createSupply({ ...means, queue, ledger });
  const sender = createSender({ ...means, supply, ledger, pace, settlement, isHeld, settled: intake.settled });
  const rest = createRest({ outbox, supply, settlement, ledger });
  const release = (): void => void (!isHeld() && supply.keepQueued() > 0 && sender.wake());
  const recovery = outbox && startRecovery(outbox, clock, release);

  return {
    keep: (record) => !isHeld() && outbox?.keep(record) === true,
    wake: sender.wake,
    drain: () => (recovery ? recovery.current.then(sender.drain) : sender.drain()),
    leave: sender.leave,
    release,
    clear: () => rest.clear(sender.takeBack()),
    end() {
      recovery?.stop();
      rest.putAway(sender.stop());
    },
    get counters(): CourierCounters {
      return {
        spooled: outbox?.length ?? 0,
        spooledBytes: outbox?.sizeBytes ?? 0,
        breaker: pace.isProbing ? "open" : "closed",
        lastSuccessAgeMs: pace.storedAgoMs,
      };
    },
  };
}
