/** From an answer that says no to the error that names it. @module */
import { RequestError } from "../retry/request-error.js";
import { parseRetryAfter } from "../retry/retry-after.js";
import type { Answer } from "./exchange.js";

/**
 * The error of an answer. Connect answers name a code in JSON; other bodies are not looked at further.
 *
 * @param meaning - What the status says here, in words.
 */
export function requestError(url: string, answer: Answer, nowMs: number, meaning?: string): RequestError {
  const { status, headers } = answer;
  return new RequestError(`${url} answered ${status}${meaning ? `: ${meaning}` : ""}`, {
    status,
    connectCode: connectCodeOf(answer),
    retryAfterMs: parseRetryAfter(headers.get("retry-after"), nowMs),
  });
}

function connectCodeOf({ headers, body }: Answer): string | undefined {
  if (!headers.get("content-type")?.startsWith("application/json")) return undefined;
  try {
    return String(JSON.parse(new TextDecoder().decode(body)).code);
  } catch {
    return undefined;
  }
}
