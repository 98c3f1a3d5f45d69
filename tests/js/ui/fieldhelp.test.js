import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { catalog } from "../../../static/js/core/state.js";
import { FieldHelp } from "../../../static/js/ui/fieldhelp.js";

const RATE = { name: "rate", label: "Learning rate", explanation: "How far one update goes.", formula: "w ← w − η g" };
const SEED = { name: "seed", label: "Seed", explanation: "Which random numbers are drawn." };
const TANH = { name: "tanh", label: "Tanh", explanation: "Between −1 and 1.", formula: "a = tanh(z)" };

beforeEach(() => {
  catalog.value = { controls: [RATE, SEED] };
});

/** What the panel explains, in order. */
const explained = (node) =>
  node.props
    .children()
    .flat()
    .filter(Boolean)
    .map(({ props: { label, explanation, formula } }) => ({ label, explanation, formula }));
const entry = ({ label, explanation, formula }) => ({ label, explanation, formula });

test("the button says what it is about, and holds the explanation as its title", () => {
  const { props } = FieldHelp({ control: "rate" });
  assert.deepEqual(
    [props.name, props.label, props.title],
    ["About Learning rate", "About Learning rate", RATE.explanation],
  );
});

test("the panel explains the control, what is chosen, and what belongs to it, in this order", () => {
  assert.deepEqual(explained(FieldHelp({ control: "seed" })), [entry(SEED)]);
  assert.deepEqual(
    explained(FieldHelp({ control: "rate", chosen: TANH, also: ["seed"] })),
    [RATE, TANH, SEED].map(entry),
  );
});

test("a button for several controls is named after all of them", () => {
  const { props } = FieldHelp({ control: "rate", also: ["seed"], about: "Training" });
  assert.deepEqual([props.name, props.title], ["About Training", "About Training"]);
});

test("what the catalog does not know has no button", () => {
  assert.equal(FieldHelp({ control: "momentum" }), null);
  catalog.value = null;
  assert.equal(FieldHelp({ control: "rate" }), null);
});
