/** What is exported: the columns of exposures and of tracked events, named as in the views for analysis. @module */
import type { ExposureStore, StoredExposure, TrackedEvent } from "@aplomb/server";

/** What a cell may hold. A list or an object is JSON where the format has nothing else. */
export type Cell = string | number | object | undefined;

/** A column of a table of rows. */
export interface Column<Row> {
  readonly name: string;
  readonly type: "text" | "whole" | "decimal" | "json";
  value(row: Row): Cell;
}

/** Columns, and the rows to export. */
export interface Table<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: AsyncIterable<Row>;
}

/** Which rows; a condition that is left out does not restrict. */
export interface RowFilter {
  readonly audience?: string;
  readonly flag?: string;
  readonly fromDay?: string;
  readonly toDay?: string;
}

type StoredEvent = TrackedEvent & { readonly audience: string };

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const exposureColumns: readonly Column<StoredExposure>[] = [
  { name: "audience", type: "text", value: (row) => row.audience },
  { name: "window_day", type: "text", value: (row) => row.windowDay },
  { name: "exposure_id", type: "text", value: (row) => hex(row.exposureId) },
  { name: "flag", type: "text", value: (row) => row.flag },
  { name: "variant", type: "text", value: (row) => row.variant },
  { name: "rule", type: "text", value: (row) => row.rule },
  { name: "assignment_id", type: "text", value: (row) => row.assignmentId },
  { name: "unit_selector", type: "text", value: (row) => row.unitSelector },
  { name: "unit", type: "text", value: (row) => row.unit },
  { name: "fallthroughs", type: "json", value: (row) => row.fallthroughs },
  { name: "bundle_version", type: "whole", value: (row) => row.bundleVersion },
  { name: "first_exposed_at_ms", type: "whole", value: (row) => row.firstExposedAtMs },
  { name: "last_exposed_at_ms", type: "whole", value: (row) => row.lastExposedAtMs },
  { name: "times_reported", type: "whole", value: (row) => row.timesReported },
  { name: "received_at_ms", type: "whole", value: (row) => row.receivedAtMs },
  { name: "sdk", type: "text", value: (row) => row.sdk },
  { name: "client", type: "text", value: (row) => row.client },
];

const eventColumns: readonly Column<StoredEvent>[] = [
  { name: "audience", type: "text", value: (row) => row.audience },
  { name: "event_id", type: "text", value: (row) => hex(row.eventId) },
  { name: "name", type: "text", value: (row) => row.name },
  { name: "unit", type: "text", value: (row) => row.unit },
  { name: "value", type: "decimal", value: (row) => row.value },
  { name: "properties", type: "json", value: (row) => row.properties },
  { name: "tracked_at_ms", type: "whole", value: (row) => row.trackedAtMs },
];

/** Exposures, in the order of day and id. */
export function exposureTable(store: ExposureStore, filter: RowFilter): Table<StoredExposure> {
  return { columns: exposureColumns, rows: store.readExposures(filter) };
}

/** Tracked events, in the order they were received; a flag does not restrict them. */
export function eventTable(store: ExposureStore, filter: RowFilter): Table<StoredEvent> {
  return { columns: eventColumns, rows: store.readTrackEvents(filter) };
}
