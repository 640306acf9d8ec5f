/** All that keeps a client current, in one place, so that it can be loaded together. @module */
import { changedFlags } from "@aplomb/core/updating";
import { findRing } from "../load/find-ring.js";
import { openFollowingRoots } from "../load/follow-roots.js";
import { lookThrough } from "../load/look-through.js";
import { tryOut } from "../load/try-out.js";
import type { Updating } from "../updating.js";
import { startUpkeep } from "./start-upkeep.js";

/** All that keeps a client current. */
export const updating: Updating = { startUpkeep, findRing, openFollowingRoots, tryOut, lookThrough, changedFlags };
