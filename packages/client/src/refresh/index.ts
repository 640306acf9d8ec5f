/** What keeps a client current; apart, so that pages load it after their first bundle. @module */
export { updating } from "./updating.js";
