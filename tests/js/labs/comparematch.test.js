/** The other network has as nearly as many parameters as there can be. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { counterpart } from "../../../static/js/labs/digits/comparematch.js";

const [SIDE, CLASSES] = [8, 10];
const denseParameters = (units) => (SIDE ** 2 + 1) * units + (units + 1) * CLASSES;
const convolutionParameters = (filters) => 10 * filters + (filters * (SIDE / 2) ** 2 + 1) * CLASSES;

for (const parameters of [700, 2886, 20_000]) {
  test(`${parameters} parameters`, () => {
    const network = { parameters, side: SIDE, classes: CLASSES };
    const [{ kind, units }] = counterpart([{ kind: "convolution" }], network);
    assert.equal(kind, "dense");
    const nearest = (count, at) => Math.abs(count(at) - parameters);
    for (const other of [units - 1, units + 1]) {
      assert.ok(nearest(denseParameters, units) <= nearest(denseParameters, other));
    }
    const [{ filters }, pooling] = counterpart([{ kind: "dense" }], network);
    assert.equal(pooling.kind, "max_pooling");
    for (const other of [filters - 1, filters + 1]) {
      assert.ok(nearest(convolutionParameters, filters) <= nearest(convolutionParameters, other));
    }
  });
}

test("a tiny network still gets a counterpart", () => {
  assert.equal(counterpart([{ kind: "convolution" }], { parameters: 12, side: SIDE, classes: CLASSES })[0].units, 1);
});
