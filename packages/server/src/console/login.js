/** Asks for the console's token where the endpoint wants one. @module */
import { byId, setText } from "./element.js";
import { askJson, forgetToken, hasToken, keepToken, TokenNeeded } from "./session.js";

const form = /** @type {HTMLFormElement} */ (byId("login"));
const field = /** @type {HTMLInputElement} */ (byId("token"));
const problem = byId("login-problem");
const leave = byId("leave");
const behind = [byId("inside"), byId("views")];

/** @param {boolean} isAsked */
function show(isAsked) {
  form.hidden = !isAsked;
  for (const node of behind) node.hidden = isAsked;
  leave.hidden = isAsked || !hasToken();
}

/** Shows the page behind the form. */
export function showInside() {
  if (!form.hidden || leave.hidden === hasToken()) show(false);
}

/** Hides the page behind the form. */
export function showLogin() {
  if (!form.hidden) return;
  if (hasToken()) setText(problem, "The endpoint does not take this token any more.");
  forgetToken();
  show(true);
  field.focus();
}

/**
 * Reacts to the form.
 *
 * @param {() => void} onEntered
 */
export function followLogin(onEntered) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    keepToken(field.value.trim());
    try {
      await askJson("/console/data");
      field.value = "";
      setText(problem, "");
      show(false);
      onEntered();
    } catch (error) {
      forgetToken();
      const isWrong = error instanceof TokenNeeded;
      setText(
        problem,
        isWrong ? "This is not the console's token." : `No entry: ${/** @type {Error} */ (error).message}.`,
      );
      field.setAttribute("aria-invalid", "true");
      field.select();
    }
  });
  leave.addEventListener("click", () => {
    forgetToken();
    location.reload();
  });
}
