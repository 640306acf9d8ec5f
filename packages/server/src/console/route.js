/** Where the page is: an audience and a view, in the part of the address that is never sent. @module */

/** @typedef {"flags" | "explain" | "versions" | "clients"} View */

/** @type {readonly (readonly [View, string])[]} */
export const views = [
  ["flags", "Flags"],
  ["explain", "Why?"],
  ["versions", "Versions"],
  ["clients", "Clients"],
];

/**
 * @returns {{ audience: string, view: View }} An empty audience is the endpoint's first.
 */
export function readRoute() {
  const [audience = "", name = ""] = location.hash.slice(1).split("/");
  const view = views.find(([view]) => view === name)?.[0] ?? "flags";
  try {
    return { audience: decodeURIComponent(audience), view };
  } catch {
    return { audience: "", view };
  }
}

/**
 * @param {string} audience
 * @param {View} view
 */
export const hrefOf = (audience, view) => `#${encodeURIComponent(audience)}${view === "flags" ? "" : `/${view}`}`;
