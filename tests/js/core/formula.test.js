import assert from "node:assert/strict";
import { test } from "node:test";
import { parseFormula } from "../../../static/js/core/formula.js";

const variable = (text) => ({ kind: "variable", text });
const plain = (text) => ({ kind: "text", text });
const sub = (...children) => ({ kind: "sub", children });
const sup = (...children) => ({ kind: "sup", children });

test("one letter is a variable, a word is a name", () => {
  assert.deepEqual(parseFormula("h = tanh(b)"), [
    variable("h"),
    plain(" = "),
    plain("tanh"),
    plain("("),
    variable("b"),
    plain(")"),
  ]);
});

test("Greek letters are variables, the signs of sum and product are not", () => {
  assert.deepEqual(parseFormula("η"), [variable("η")]);
  assert.deepEqual(parseFormula("Σ"), [plain("Σ")]);
  assert.deepEqual(parseFormula("∂L"), [plain("∂"), variable("L")]);
});

test("a script takes one character or a group", () => {
  assert.deepEqual(parseFormula("w_i h"), [variable("w"), sub(variable("i")), plain(" "), variable("h")]);
  assert.deepEqual(parseFormula("x_1^2"), [variable("x"), sub(plain("1")), sup(plain("2"))]);
  assert.deepEqual(parseFormula("e^{−z}"), [variable("e"), sup(plain("−"), variable("z"))]);
  assert.deepEqual(parseFormula("x_12"), [variable("x"), sub(plain("1")), plain("2")]);
  assert.deepEqual(parseFormula("N_{train}"), [variable("N"), sub(plain("train"))]);
});

test("groups nest", () => {
  assert.deepEqual(parseFormula("a_{b_{c}}"), [variable("a"), sub(variable("b"), sub(variable("c")))]);
});

test("no source breaks it", () => {
  assert.deepEqual(parseFormula(""), []);
  assert.deepEqual(parseFormula("x_"), [variable("x"), sub()]);
  assert.deepEqual(parseFormula("}x"), [variable("x")]);
  assert.deepEqual(parseFormula("x^{y"), [variable("x"), sup(variable("y"))]);
});
