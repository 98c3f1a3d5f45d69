/** The output of a network that learns numbers of a table is read in the table's units. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { run } from "../../../static/js/core/state.js";
import { datasetOf, own } from "../../../static/js/data/owndata.js";
import { ownPoints } from "../../../static/js/data/pointset.js";
import { columnName, inUnits, outputColumn } from "../../../static/js/views/outputunits.js";

const PRICE = { name: "price", center: 200, scale: 80 };
const ROWS = [
  [0, 1, -1],
  [1, 1, 0.25],
  [2, 3, 1],
];

/** @returns {any} */
const table = (task = "regression") => ({
  task,
  points: ownPoints(ROWS, task),
  axes: null,
  target: task === "regression" ? PRICE : null,
  source: "csv",
  name: "houses.csv",
  share: 0.5,
});

/** @param {any} data */
const train = (data) => {
  run.value = /** @type {any} */ ({ spec: { dataset: datasetOf(data) } });
};

test("the column is known while its points are in use, whatever became of their order", () => {
  own.value = table();
  train(own.value);
  assert.equal(outputColumn.value, PRICE);
  train({ ...table(), share: 0.9 });
  assert.equal(outputColumn.value, PRICE);
  run.value = /** @type {any} */ ({ spec: { dataset: { kind: "plane" } } });
  assert.equal(outputColumn.value, null);
});

test("points of a link and classes have none", () => {
  own.value = null;
  train(table());
  assert.equal(outputColumn.value, null);
  own.value = table("classification");
  train(own.value);
  assert.equal(outputColumn.value, null);
});

test("values are written as the table has them", () => {
  assert.equal(inUnits(0.53, PRICE), "242.4");
  assert.equal(inUnits(-1, { ...PRICE, center: 0.2, scale: 0.5 }), "−0.300");
  assert.equal(columnName(PRICE), "price");
  assert.equal(columnName({ ...PRICE, name: "price per square metre" }), "price per square …");
});
