/** "Why did this user get this?": a pasted context, and every step to what a flag gives for it. @module */
import { byId, html, setText } from "./element.js";
import { counted } from "./format.js";
import { askJson } from "./session.js";
import { createTable } from "./table.js";
import { drawTrees } from "./tree.js";

/** @import { ExplainAnswer, ExplainProblem } from "../report/explain-context.js" */
/** @import { ExplainedFlag } from "../report/explanation-tree.js" */

const form = /** @type {HTMLFormElement} */ (byId("explain-form"));
const context = /** @type {HTMLTextAreaElement} */ (byId("context"));
const flag = /** @type {HTMLInputElement} */ (byId("explain-flag"));
const redact = /** @type {HTMLInputElement} */ (byId("redact"));
const said = byId("explain-said");
const result = byId("explain-result");

/** The view; `show` takes the audience and the keys of its flags. */
export function createExplainView() {
  let audience = "";
  let asked = 0;

  /** @param {string} key - Empty: all flags. */
  async function ask(key) {
    const turn = ++asked;
    setText(said, "Evaluating …");
    const question = { audience, context: context.value, redact: redact.checked, ...(key !== "" && { flag: key }) };
    try {
      /** @type {ExplainAnswer | ExplainProblem} */
      const answer = await askJson("/console/explain", question);
      if (turn === asked) draw(answer);
    } catch (error) {
      if (turn === asked) fail(`${/** @type {Error} */ (error).message}`);
    }
  }

  /** @param {string} text */
  function fail(text) {
    setText(said, text);
    said.dataset.tone = "bad";
    result.replaceChildren();
  }

  /** @param {ExplainAnswer | ExplainProblem} answer */
  function draw(answer) {
    if ("problem" in answer) return fail(answer.problem);
    said.dataset.tone = "";
    if ("explained" in answer) {
      const { flag, variant, reason } = answer.explained;
      setText(said, `${flag} gives ${variant || "the caller's default"} (${reason}) in version ${answer.version}.`);
      return result.replaceChildren(drawExplained(answer.explained));
    }
    const rest = answer.leftOut > 0 ? ` ${counted(answer.leftOut, "flag")} left out: choose one.` : "";
    setText(said, `${counted(answer.answers.length, "flag")} evaluated in version ${answer.version}.${rest}`);
    const rows = answer.answers.map((one) => {
      const why = html("button", { type: "button", class: "link", "aria-label": `Why ${one.flag}?` }, "Why?");
      why.addEventListener("click", () => {
        flag.value = one.flag;
        void ask(one.flag);
      });
      return [one.flag, one.variant || "client default", one.rule || "–", one.reason, why];
    });
    const columns = [
      { title: "Flag" },
      { title: "Variant" },
      { title: "Rule" },
      { title: "Reason", isOptional: true },
      { title: "" },
    ];
    result.replaceChildren(createTable("What every flag gives for this context", columns, rows));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void ask(flag.value.trim());
  });
  context.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });

  return {
    /** @param {string} chosen @param {readonly { key: string }[]} flags */
    show(chosen, flags) {
      if (chosen !== audience) {
        asked += 1;
        setText(said, "");
        result.replaceChildren();
      }
      audience = chosen;
      byId("explain-flags").replaceChildren(...flags.map(({ key }) => html("option", { value: key })));
    },
  };
}

/** @param {ExplainedFlag} explained */
function drawExplained({ flag, variant, value, facts, rules }) {
  return html(
    "article",
    { class: "card", "aria-label": `Why ${flag}` },
    html("h3", {}, flag, html("span", { class: "gives" }, " → "), variant || "client default"),
    value !== "" && html("p", { class: "value whole" }, value),
    html(
      "dl",
      { class: "facts-list" },
      ...facts.flatMap(({ name, text }) => [html("dt", {}, name), html("dd", {}, text)]),
    ),
    html("h4", {}, "Rules, in order"),
    rules.length > 0 ? drawTrees(rules) : html("p", { class: "description" }, "It has none."),
  );
}
