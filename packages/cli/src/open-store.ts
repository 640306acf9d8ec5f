/** Opens the exposure database: a file, or PostgreSQL. @module */
import { type ExposureStore, openEmbeddedStore, openPostgresStore } from "@aplomb/server";
import type { StorePlace } from "./store-place.js";

/** Opens what is there, or makes it. Whoever opened it closes it. */
export function openStore(place: StorePlace): Promise<ExposureStore> {
  return "databaseUrl" in place ? openPostgresStore(place.databaseUrl) : openEmbeddedStore(place.dataFile);
}
