/** The embedded database's schema, as the numbered steps that lead to it. @module */
import type { Database } from "libsql";
import { analysisViews } from "./analysis-views.js";

/**
 * Step n leads from schema version n to n + 1 (`PRAGMA user_version`). A step that has been released is never changed.
 *
 * What repeats in millions of rows, an outcome, is kept once and referred to by number; the view `exposures` puts
 * rows and outcomes together for analysis. An exposure id is a hash over audience and day among others, so that
 * (window_day, exposure_id) is unique exactly where (audience, window_day, exposure_id) is; the day comes first because it keeps
 * one day's random ids together. Days are counted from 1970-01-01 UTC, times are milliseconds since then.
 */
const migrations: readonly string[] = [
  `
  create table batches (
    audience text not null,
    batch_id blob not null,
    received_at_ms integer not null,
    primary key (audience, batch_id)
  ) strict, without rowid;
  create index batches_by_time on batches (received_at_ms);

  create table outcomes (
    id integer primary key,
    audience text not null,
    flag text not null,
    variant text not null,
    rule text not null,
    assignment_id text not null,
    unit_selector text not null,
    unique (audience, flag, variant, rule, assignment_id, unit_selector)
  ) strict;

  create table exposure_rows (
    outcome integer not null references outcomes (id),
    window_day integer not null,
    exposure_id blob not null,
    unit text not null,
    fallthroughs text,
    bundle_version integer not null,
    first_exposed_at_ms integer not null,
    last_exposed_at_ms integer not null,
    times_reported integer not null,
    received_at_ms integer not null,
    unique (window_day, exposure_id)
  ) strict;

  create view exposures as
    select
      o.audience,
      date(e.window_day * 86400, 'unixepoch') as window_day,
      lower(hex(e.exposure_id)) as exposure_id,
      o.flag, o.variant, o.rule, o.assignment_id, o.unit_selector,
      e.unit,
      coalesce(e.fallthroughs, '[]') as fallthroughs,
      e.bundle_version, e.first_exposed_at_ms, e.last_exposed_at_ms, e.times_reported, e.received_at_ms
    from exposure_rows e join outcomes o on o.id = e.outcome;

  create table exposure_totals (
    window_day integer not null,
    outcome integer not null references outcomes (id),
    bundle_version integer not null,
    exposures integer not null,
    reports integer not null,
    primary key (window_day, outcome, bundle_version)
  ) strict, without rowid;

  create table track_events (
    audience text not null,
    event_id blob not null,
    name text not null,
    unit text not null,
    value real,
    properties text not null,
    tracked_at_ms integer not null,
    received_at_ms integer not null,
    unique (audience, event_id)
  ) strict;

  create table instances (
    audience text not null,
    instance_id blob not null,
    sdk text not null,
    first_heard_at_ms integer not null,
    last_heard_at_ms integer not null,
    sequence_highest integer not null,
    records_received integer not null,
    status_at_ms integer not null,
    epoch integer not null,
    version integer not null,
    sha256 text not null,
    age_ms integer not null,
    rejected_version integer not null,
    rejected_code text not null,
    quarantined_flags text not null,
    primary key (audience, instance_id)
  ) strict, without rowid;
  create index instances_by_time on instances (audience, last_heard_at_ms);

  create table instance_losses (
    audience text not null,
    instance_id blob not null,
    reason text not null,
    count integer not null,
    primary key (audience, instance_id, reason)
  ) strict, without rowid;

  create table rule_splits (
    audience text not null,
    flag text not null,
    rule text not null,
    fingerprint text not null,
    since_version integer not null,
    changed_at_ms integer not null,
    primary key (audience, flag, rule)
  ) strict, without rowid;

  create table heartbeat (id integer primary key check (id = 1), at_ms integer not null) strict;
  `,
  `
  create table sdks (id integer primary key, name text not null unique) strict;
  create table clients (id integer primary key, name text not null unique) strict;
  alter table exposure_rows add column sdk integer references sdks (id);
  alter table exposure_rows add column client integer references clients (id);
  create index track_events_by_time on track_events (tracked_at_ms);

  drop view exposures;
  create view exposures as
    select
      o.audience,
      date(e.window_day * 86400, 'unixepoch') as window_day,
      lower(hex(e.exposure_id)) as exposure_id,
      o.flag, o.variant, o.rule, o.assignment_id, o.unit_selector,
      e.unit,
      coalesce(e.fallthroughs, '[]') as fallthroughs,
      e.bundle_version, e.first_exposed_at_ms, e.last_exposed_at_ms, e.times_reported, e.received_at_ms,
      coalesce(s.name, '') as sdk, coalesce(c.name, '') as client
    from exposure_rows e
      join outcomes o on o.id = e.outcome
      left join sdks s on s.id = e.sdk
      left join clients c on c.id = e.client;

  create view events as
    select audience, lower(hex(event_id)) as event_id, name, unit, value, properties, tracked_at_ms, received_at_ms
    from track_events;
  ${analysisViews("")}

  create table implausible_exposures (
    audience text not null,
    client text not null,
    code text not null,
    window_day integer not null,
    exposure_id blob not null,
    flag text not null,
    variant text not null,
    rule text not null,
    assignment_id text not null,
    unit_selector text not null,
    unit text not null,
    fallthroughs text not null,
    bundle_version integer not null,
    exposed_at_ms integer not null,
    received_at_ms integer not null,
    unique (window_day, exposure_id)
  ) strict;
  `,
];

/**
 * Brings a database to the newest schema, in one transaction.
 *
 * @throws Error when the database was made by a newer release.
 */
export function migrate(database: Database): void {
  const row = database.prepare("pragma user_version").get();
  const version = typeof row === "object" && row !== null && "user_version" in row ? Number(row.user_version) : 0;
  if (version > migrations.length) {
    throw new Error(
      `the database has schema ${version}, but this release knows schemas up to ${migrations.length}: use a newer release`,
    );
  }
  if (version === migrations.length) return;
  database.transaction(() => {
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`pragma user_version = ${migrations.length}`);
  })();
}
