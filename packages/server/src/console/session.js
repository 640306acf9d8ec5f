/** Asks the endpoint, with the console's token where it wants one. The token lives as long as the tab, and goes nowhere else. @module */

const tokenKey = "aplomb-console-token";
const timeoutMs = 10_000;

/** The endpoint wants a token, or another one. */
export class TokenNeeded extends Error {}

/** Whether a token is kept. */
export const hasToken = () => sessionStorage.getItem(tokenKey) !== null;

/**
 * Keeps a token for this tab.
 *
 * @param {string} token
 */
export const keepToken = (token) => sessionStorage.setItem(tokenKey, token);

/** Forgets the token. */
export const forgetToken = () => sessionStorage.removeItem(tokenKey);

/**
 * JSON from the endpoint.
 *
 * @param {string} path
 * @param {unknown} [question] - Sent as JSON; without it the path is read.
 * @returns {Promise<any>} Rejects with TokenNeeded, or with an Error when there is no answer or it is not a success.
 */
export async function askJson(path, question) {
  const token = sessionStorage.getItem(tokenKey);
  /** @type {Record<string, string>} */
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  if (question !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(path, {
    headers,
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(timeoutMs),
    ...(question !== undefined && { method: "POST", body: JSON.stringify(question) }),
  });
  if (response.status === 401) throw new TokenNeeded("the endpoint wants a token");
  if (response.ok) return response.json();
  const { message = "" } = await response.json().catch(() => ({}));
  throw new Error(message || `${path} answered ${response.status}`);
}
