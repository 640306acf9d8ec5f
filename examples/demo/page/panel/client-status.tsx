/** How the page's flag client is doing. @module */
import { useFlagStatus } from "@aplomb/react";
import type { ReactElement } from "react";

const words = {
  NOT_READY: "waiting for a bundle",
  READY: "up to date",
  STALE: "serving an old bundle",
  ERROR: "in trouble",
  CLOSED: "closed",
} as const;

/** State and bundle, in a few words. */
export function ClientStatusPill(): ReactElement {
  const { state, bundleVersion } = useFlagStatus();
  return (
    <p className="pill" data-state={state} role="status">
      <span className="pill-dot" aria-hidden="true" />
      bundle {bundleVersion}, {words[state]}
    </p>
  );
}

/** State, bundle and last error. */
export function ClientStatusCard(): ReactElement {
  const { state, source, bundleVersion, bundleId, error } = useFlagStatus();
  return (
    <section className="card" aria-labelledby="client">
      <h2 id="client">Client</h2>
      <dl className="facts">
        <div>
          <dt>state</dt>
          <dd>{state}</dd>
        </div>
        <div>
          <dt>bundle</dt>
          <dd>
            version {bundleVersion} from {source}
          </dd>
        </div>
        <div>
          <dt>digest</dt>
          <dd>
            <code>{bundleId === "" ? "none" : bundleId.slice(0, 16)}</code>
          </dd>
        </div>
        {error && (
          <div>
            <dt>last error</dt>
            <dd>
              {error.code}: {error.message}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
