/** Opens the databases of an endpoint: files, or PostgreSQL. @module */
import { dirname, join } from "node:path";
import {
  type ExposureStore,
  openEmbeddedStore,
  openPostgresStickyRecords,
  openPostgresStore,
  openStickyRecords as openStickyFile,
  type StickyRecords,
} from "@aplomb/server";
import type { StorePlace } from "./store-place.js";

/** Opens what is there, or makes it. Whoever opened it closes it. */
export function openStore(place: StorePlace): Promise<ExposureStore> {
  return "databaseUrl" in place ? openPostgresStore(place.databaseUrl) : openEmbeddedStore(place.dataFile);
}

/** The same for sticky assignments: in the database, or in `sticky.db` beside the file of exposures. */
export function openStickyRecords(place: StorePlace): Promise<StickyRecords> {
  if ("databaseUrl" in place) return openPostgresStickyRecords(place.databaseUrl);
  return openStickyFile(join(dirname(place.dataFile), "sticky.db"));
}
