/** The PostgreSQL database's schema, as the numbered steps that lead to it. @module */
import type { PoolClient } from "pg";
import { analysisViews } from "../analysis-views.js";

/**
 * Step n leads from version n to n + 1, kept in `aplomb.schema_version`. A step that has been released is never changed.
 *
 * Tables and views are those of the embedded store, so that queries of docs/analysis.md run on both. Three things differ: everything is in
 * a schema of its own, since the database may be somebody's; ids are uuids, which are 16 bytes; `exposure_rows` has a partition
 * for each day. An exposure id is a hash over audience and day among others, so that (window_day, exposure_id) is unique exactly
 * where (audience, window_day, exposure_id) is. Days are counted from 1970-01-01 UTC, times are milliseconds since then.
 */
const migrations: readonly string[] = [
  `
  create table aplomb.batches (
    audience text not null,
    batch_id uuid not null,
    received_at_ms bigint not null,
    primary key (audience, batch_id)
  );
  create index batches_by_time on aplomb.batches (received_at_ms);

  create table aplomb.outcomes (
    id integer primary key generated always as identity,
    audience text not null,
    flag text not null,
    variant text not null,
    rule text not null,
    assignment_id text not null,
    unit_selector text not null,
    fields_sha256 bytea not null unique
  );

  create table aplomb.sdks (
    id integer primary key generated always as identity,
    name text not null unique
  );

  create table aplomb.clients (
    id integer primary key generated always as identity,
    name text not null unique
  );

  create table aplomb.exposure_rows (
    outcome integer not null,
    window_day integer not null,
    exposure_id uuid not null,
    sdk integer not null,
    client integer not null,
    bundle_version bigint not null,
    first_exposed_at_ms bigint not null,
    last_exposed_at_ms bigint not null,
    times_reported bigint not null,
    received_at_ms bigint not null,
    unit text not null,
    fallthroughs text,
    primary key (window_day, exposure_id)
  ) partition by range (window_day);
  create table aplomb.exposure_rows_other_days partition of aplomb.exposure_rows default;

  create table aplomb.exposure_totals (
    window_day integer not null,
    outcome integer not null,
    bundle_version bigint not null,
    exposures bigint not null,
    reports bigint not null,
    primary key (window_day, outcome, bundle_version)
  );

  create table aplomb.implausible_exposures (
    audience text not null,
    client text not null,
    code text not null,
    window_day integer not null,
    exposure_id uuid not null,
    flag text not null,
    variant text not null,
    rule text not null,
    assignment_id text not null,
    unit_selector text not null,
    unit text not null,
    fallthroughs text not null,
    bundle_version bigint not null,
    exposed_at_ms bigint not null,
    received_at_ms bigint not null,
    primary key (window_day, exposure_id)
  );

  create table aplomb.track_events (
    received bigint primary key generated always as identity,
    audience text not null,
    event_id uuid not null,
    name text not null,
    unit text not null,
    value double precision,
    properties jsonb not null,
    tracked_at_ms bigint not null,
    received_at_ms bigint not null,
    unique (audience, event_id)
  );
  create index track_events_by_time on aplomb.track_events (tracked_at_ms);

  create table aplomb.instances (
    audience text not null,
    instance_id uuid not null,
    sdk text not null,
    first_heard_at_ms bigint not null,
    last_heard_at_ms bigint not null,
    sequence_highest bigint not null,
    records_received bigint not null,
    status_at_ms bigint not null,
    epoch bigint not null,
    version bigint not null,
    sha256 text not null,
    age_ms bigint not null,
    rejected_version bigint not null,
    rejected_code text not null,
    quarantined_flags text not null,
    primary key (audience, instance_id)
  );
  create index instances_by_time on aplomb.instances (audience, last_heard_at_ms);

  create table aplomb.instance_losses (
    audience text not null,
    instance_id uuid not null,
    reason text not null,
    count bigint not null,
    primary key (audience, instance_id, reason)
  );

  create table aplomb.rule_splits (
    audience text not null,
    flag text not null,
    rule text not null,
    fingerprint text not null,
    since_version bigint not null,
    changed_at_ms bigint not null,
    primary key (audience, flag, rule)
  );

  create table aplomb.sticky_records (
    audience text not null,
    materialization text not null,
    unit text not null,
    rule text not null,
    variant text not null,
    primary key (audience, materialization, unit, rule)
  );

  create table aplomb.heartbeat (id integer primary key check (id = 1), at_ms bigint not null);

  create view aplomb.exposures as
    select
      o.audience,
      date '1970-01-01' + e.window_day as window_day,
      replace(e.exposure_id::text, '-', '') as exposure_id,
      o.flag, o.variant, o.rule, o.assignment_id, o.unit_selector,
      e.unit,
      coalesce(e.fallthroughs, '[]')::jsonb as fallthroughs,
      e.bundle_version, e.first_exposed_at_ms, e.last_exposed_at_ms, e.times_reported, e.received_at_ms,
      s.name as sdk, c.name as client
    from aplomb.exposure_rows e
      join aplomb.outcomes o on o.id = e.outcome
      join aplomb.sdks s on s.id = e.sdk
      join aplomb.clients c on c.id = e.client;

  create view aplomb.events as
    select
      audience, replace(event_id::text, '-', '') as event_id, name, unit, value, properties, tracked_at_ms, received_at_ms
    from aplomb.track_events;
  ${analysisViews("aplomb.")}
  `,
];

/** Any number that no other program takes for its own advisory locks, hopefully. */
const migrationLock = 4_617_315_517_961_601;

/**
 * Brings a database to the newest schema, in one transaction; processes that start together wait for each other.
 *
 * @throws Error when the database was made by a newer release.
 */
export async function migrate(client: PoolClient): Promise<void> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [migrationLock]);
    await client.query("create schema if not exists aplomb");
    await client.query("create table if not exists aplomb.schema_version (version integer not null)");
    const { rows } = await client.query<{ version: number }>("select version from aplomb.schema_version");
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length) {
      throw new Error(
        `the database has schema ${version}, but this release knows schemas up to ${migrations.length}: use a newer release`,
      );
    }
    for (const step of migrations.slice(version)) await client.query(step);
    if (version < migrations.length) {
      await client.query("delete from aplomb.schema_version");
      await client.query("insert into aplomb.schema_version values ($1)", [migrations.length]);
    }
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}
