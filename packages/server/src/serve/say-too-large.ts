/** Answers bodies that turn out too large as HTTP does, so that senders send less at once. @module */
import type { ConnectRouter } from "@connectrpc/connect";
import { refusalHeader } from "../receive/refusal.js";

/**
 * Turns Connect's answer to a body that grows beyond what is read, 429, into 413: whoever is told 429 sends the same again later.
 * Calls that come too often are answered before Connect sees them, so that a 429 of Connect's is always about size.
 */
export function sayTooLarge({ handlers }: ConnectRouter): void {
  handlers.forEach((handler, index) => {
    const answer: typeof handler = Object.assign(async (request: Parameters<typeof handler>[0]) => {
      const response = await handler(request);
      if (response.status !== 429) return response;
      const header = new Headers(response.header);
      header.set(refusalHeader, "too_large");
      return { ...response, header, status: 413 };
    }, handler);
    handlers[index] = answer;
  });
}
