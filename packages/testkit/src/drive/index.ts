/** Drives pages in a real Chromium: lifecycle, crashes, outages, broken storage, several tabs. @module */
export { type PageDriver, startPageDriver, type TabOptions } from "./page-driver.js";
export { type PageServer, type PageServerOptions, startPageServer } from "./page-server.js";
export { STORAGE_FAILURES, type StorageFailure } from "./storage-failure.js";
export type { HistoryReturn, PageNetwork, Tab } from "./tab.js";
