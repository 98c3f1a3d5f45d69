import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { entryOf, labelOf, optionsOf } from "../../../static/js/core/catalog.js";
import { catalog } from "../../../static/js/core/state.js";

const words = (/** @type {string} */ name) => ({
  name,
  label: name.toUpperCase(),
  explanation: `${name}.`,
  formula: "",
});
const kept = catalog.value;

beforeEach(() => {
  catalog.value = /** @type {any} */ ({
    activations: [
      { ...words("tanh"), trainable: true },
      { ...words("threshold"), trainable: false },
    ],
    losses: [words("hinge")],
  });
});

afterEach(() => {
  catalog.value = kept;
});

test("what gradients cannot train is explained but not offered", () => {
  assert.deepEqual(optionsOf("activations"), [{ value: "tanh", label: "TANH", title: "tanh." }]);
  assert.equal(entryOf("activations", "threshold")?.label, "THRESHOLD");
});

test("everything else is offered in the catalog's order, and nothing before there is one", () => {
  assert.deepEqual(
    optionsOf("losses").map(({ value }) => value),
    ["hinge"],
  );
  assert.equal(labelOf("losses", "unheard"), "unheard");
  catalog.value = null;
  assert.deepEqual(optionsOf("losses"), []);
});
