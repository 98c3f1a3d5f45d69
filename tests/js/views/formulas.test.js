import assert from "node:assert/strict";
import { test } from "node:test";
import { unitEquation, unitFormula, unitLine } from "../../../static/js/views/formulas.js";

test("the sum stands in z's place where the formula is a function of z", () => {
  assert.deepEqual(unitFormula("a = tanh(z)", "h", "h"), ["h = tanh(b + Σ w_i h_i)"]);
  assert.deepEqual(unitFormula("a = max(0, z)", "h", "x"), ["h = max(0, b + Σ w_i x_i)"]);
  assert.deepEqual(unitFormula("a = z", "y", "h"), ["y = b + Σ w_i h_i"]);
});

test("other formulas come in two steps", () => {
  assert.deepEqual(unitFormula("σ(z) = 1 / (1 + e^{−z})", "y", "h"), ["z = b + Σ w_i h_i", "y = 1 / (1 + e^{−z})"]);
  assert.deepEqual(unitFormula("a = z if z > 0, else e^{z} − 1", "h", "h")[0], "z = b + Σ w_i h_i");
  assert.equal(unitFormula("a = max(0.01 z, z)", "h", "h").join().includes("max(0.01 z, b"), false);
});

test("one line names the function that has no place for a sum", () => {
  assert.equal(unitLine("a = tanh(z)", "tanh", "h", "x"), "h = tanh(b + Σ w_i x_i)");
  assert.equal(unitLine("a = z", "Linear", "y", "h"), "y = b + Σ w_i h_i");
  assert.equal(unitLine("σ(z) = 1 / (1 + e^{−z})", "Sigmoid", "y", "h"), "y = sigmoid(b + Σ w_i h_i)");
  assert.equal(unitLine("a = z if z > 0, else e^{z} − 1", "ELU", "h", "x"), "h = ELU(b + Σ w_i x_i)");
});

test("an equation names the function and its number", () => {
  assert.equal(unitEquation("a = tanh(z)", "tanh", "+1.55"), "tanh(+1.55)");
  assert.equal(unitEquation("a = max(0, z)", "ReLU", "−2.00"), "max(0, −2.00)");
  assert.equal(unitEquation("a = z", "Linear", "+0.30"), "+0.30");
  assert.equal(unitEquation("σ(z) = 1 / (1 + e^{−z})", "Sigmoid", "+0.30"), "sigmoid(+0.30)");
  assert.equal(unitEquation("a = z if z > 0, else e^{z} − 1", "ELU", "+0.30"), "ELU(+0.30)");
});
