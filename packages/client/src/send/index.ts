/** What gets queued records to the endpoint; apart, so that pages load it after what reads need. @module */
export { openCourier } from "./open-courier.js";
