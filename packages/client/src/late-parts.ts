/** What a client does without at first: services have it at hand, pages load it once the client is made. @module */
import type { OpenCourier } from "./courier.js";
import type { LoadUpdating } from "./updating.js";

/** What may come later than the client. */
export interface LateParts {
  /** Opens what sends exposures: `lateCourier` where its code is yet to be loaded. */
  readonly openCourier: OpenCourier;
  /** Loads what keeps the bundle current after the first load. */
  readonly loadUpdating: LoadUpdating;
}
