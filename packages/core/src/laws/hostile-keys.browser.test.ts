/** P-11 in Chromium: names that mean something to JavaScript mean nothing to flags. @module */
import { testHostileKeys } from "../testing/test-hostile-keys.js";

testHostileKeys("P-11 in Chromium, hostile keys");
