/** The client with all its parts at hand, for services; apart, so that pages do not get those that they load later. @module */
export { createClient } from "../create-client.js";
