/** The question of a step. What the page sees by itself is noticed when it happens; other answers are given and checked. */

import { effect, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { fixed, parseTyped, percent } from "../core/format.js";
import { Button } from "../ui/button.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { factOf } from "./facts.js";
import { answer, isAnswered, place } from "./steps.js";

/** @typedef {import("./types.js").Question} Question */

/** @param {{ question: Question }} props */
export function QuestionCard({ question }) {
  const right = isAnswered(place.value);
  const wrong = useSignal(false);
  const give = (/** @type {number | null} */ given) => {
    wrong.value = !answer(given);
  };
  useNoticing(question);
  return html`<section class="turn" aria-label="Your turn">
    <h2 class="turn-head">Your turn</h2>
    <p>${question.text}</p>
    ${question.kind === "choice" && html`<${Options} question=${question} right=${right} give=${give} />`}
    ${question.kind === "typed" && !right && html`<${NumberForm} give=${give} />`}
    ${question.kind === "reach" && !right && html`<${Reading} question=${question} />`}
    <div role="status">
      ${right && html`<p class="turn-right"><${Icon} name="check" size=${18} />${question.right}</p>`}
      ${!right && wrong.value && "hint" in question && html`<p class="turn-wrong">Not that one. ${question.hint}</p>`}
    </div>
  </section>`;
}

/** @param {Question} question */
function useNoticing(question) {
  useEffect(() => {
    if (question.kind !== "done" && question.kind !== "reach") return undefined;
    return effect(() => {
      answer();
    });
  }, [question]);
}

/** @param {{ question: import("./types.js").ChoiceQuestion, right: boolean, give: (given: number) => void }} props */
function Options({ question, right, give }) {
  return html`<div class="turn-options" role="group" aria-label="Answers">
    ${question.options.map((option, index) => {
      const chosen = right && index === question.answer;
      return html`<${Button} key=${option} kind=${chosen ? "primary" : "quiet"} disabled=${right} aria-pressed=${chosen}
        onClick=${() => give(index)}>${option}<//>`;
    })}
  </div>`;
}

/** @param {{ give: (given: number | null) => void }} props */
function NumberForm({ give }) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (
      /** @type {HTMLFormElement} */ (event.target).elements.namedItem("answer")
    );
    give(parseTyped(field.value));
  };
  return html`<form class="turn-form" onSubmit=${submit}>
    <input class="number" name="answer" inputmode="decimal" autocomplete="off" aria-label="Your answer" />
    <button type="submit" class="button button-quiet">Check</button>
  </form>`;
}

/** @param {{ question: import("./types.js").ReachQuestion }} props how far it is */
function Reading({ question }) {
  const value = factOf(question.value);
  if (typeof value !== "number") return null;
  const text = question.value.endsWith("accuracy") ? percent(value) : fixed(value, 2);
  return html`<p class="turn-now">Now <b>${text}</b></p>`;
}
