import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

/** @type {Map<string, (event: any) => void>} the page's listeners, as far as drawing sets them */
const listeners = new Map();
Object.assign(globalThis, {
  addEventListener: (/** @type {string} */ name, /** @type {(event: any) => void} */ handler) =>
    listeners.set(name, handler),
  removeEventListener: (/** @type {string} */ name) => listeners.delete(name),
  Element: class {},
  document: { querySelector: () => null, body: {} },
});
mock.timers.enable({ apis: ["setTimeout"] });

const { catalog, dataset, drawMode, probePoint, run, showTest } = await import("../../../static/js/core/state.js");
const { plotTool } = await import("../../../static/js/views/plottool.js");
const { own } = await import("../../../static/js/data/owndata.js");
const drawing = await import("../../../static/js/data/drawpoints.js");

/** @param {number[][]} rows @returns {any} */
const rowsOf = (rows) => Object.assign(Float32Array.from(rows.flat()), { shape: [rows.length, 3] });
const SERVED = {
  train: rowsOf([
    [1, 2, 0],
    [3, 4, 1],
  ]),
  test: rowsOf([[5, 0, 1]]),
};

/** @param {[number, number][]} places pressed, dragged through and released */
function stroke(...places) {
  const tool = /** @type {any} */ (plotTool.value);
  tool.onDown(...places[0]);
  for (const place of places.slice(1)) tool.onMove(...place);
  tool.onUp(...places.at(-1));
}

const count = () => drawing.drawn.value?.points.length;

/** @param {string} name @param {object} more a key pressed on the plot */
function key(name, more = {}) {
  const event = {
    key: name,
    target: Object.assign(new globalThis.Element(), { closest: () => ({}) }),
    prevented: false,
    preventDefault: () => {
      event.prevented = true;
    },
    stopPropagation: () => {},
    ...more,
  };
  listeners.get("keydown")?.(event);
  return event.prevented;
}

beforeEach(() => {
  dataset.value = SERVED;
  own.value = null;
  probePoint.value = null;
  showTest.value = false;
});

afterEach(() => drawing.finishDrawing());

test("drawing takes over the plot and gives it back", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  assert.ok(plotTool.value);
  assert.deepEqual(drawMode.value, { tool: "point", class: 0 });
  assert.equal(showTest.value, true);
  assert.equal(/** @type {any} */ (dataset.value).train.length, 0);
  drawing.finishDrawing();
  assert.equal(plotTool.value, null);
  assert.equal(drawMode.value, null);
  assert.equal(showTest.value, false);
  assert.ok(!listeners.has("keydown"));
  assert.equal(dataset.value, SERVED);
});

test("a click leaves a point, a drag a point each 0.15, and one undo takes a drag back", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  stroke([1, 1]);
  assert.equal(count(), 1);
  stroke([0, 0], [0.2, 0], [1.5, 0]);
  assert.equal(count(), 12);
  drawing.undoDrawing();
  assert.equal(count(), 1);
  drawing.redoDrawing();
  assert.equal(count(), 12);
});

test("the chosen class is drawn, shown by its number, and saved", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  stroke([1, 1]);
  drawMode.value = { tool: "point", class: 1 };
  stroke([2, 2]);
  assert.deepEqual(
    drawing.drawn.value?.points.map((point) => point.label),
    [-1, 1],
  );
  const { train } = /** @type {any} */ (dataset.value);
  assert.deepEqual([...train], [1, 1, 0, 2, 2, 1]);
  mock.timers.tick(300);
  assert.equal(own.value?.points.length, 2);
});

test("a lone blue point is blue", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  drawMode.value = { tool: "point", class: 1 };
  stroke([2, 2]);
  assert.deepEqual([.../** @type {any} */ (dataset.value).train], [2, 2, 1]);
});

test("the eraser works along its whole path, and clear can be undone", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  for (const x of [-2, 0, 2]) stroke([x, 0]);
  drawMode.value = { tool: "erase", class: 0 };
  stroke([-3, 0], [1, 0]);
  assert.equal(count(), 1);
  drawing.clearDrawing();
  assert.equal(count(), 0);
  drawing.undoDrawing();
  drawing.undoDrawing();
  assert.equal(count(), 3);
});

test("a press that changes nothing is not remembered", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  drawMode.value = { tool: "erase", class: 0 };
  stroke([0, 0]);
  assert.equal(drawing.canUndo.value, false);
});

test("keys: Enter adds at the cross-hair, Delete erases there, Ctrl Z undoes, Escape ends", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  assert.deepEqual(probePoint.value, [0, 0]);
  probePoint.value = [1.5, -2];
  assert.ok(key("Enter"));
  assert.deepEqual(drawing.drawn.value?.points, [{ x1: 1.5, x2: -2, label: -1, slot: 0 }]);
  assert.ok(key("Delete"));
  assert.equal(count(), 0);
  assert.ok(key("z", { ctrlKey: true }));
  assert.equal(count(), 1);
  assert.ok(key("z", { ctrlKey: true, shiftKey: true }));
  assert.equal(count(), 0);
  assert.ok(!key("ArrowLeft"));
  assert.ok(key("Escape"));
  assert.equal(drawing.drawn.value, null);
});

test("Enter on a button stays the button's", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  const button = Object.assign(new globalThis.Element(), { closest: () => null });
  assert.ok(!key("Enter", { target: button }));
  assert.equal(count(), 0);
});

test("numbers are drawn with the value of the slider", () => {
  drawing.startDrawing(drawing.emptyDrawing("regression"));
  drawing.drawnValue.value = -0.4;
  stroke([1, 1]);
  drawing.drawnValue.value = 1;
  assert.equal(drawing.drawn.value?.points[0]?.label, -0.4);
});

test("frames that bring older points do not take the drawing away", () => {
  drawing.startDrawing(drawing.emptyDrawing("classification"));
  stroke([1, 1]);
  const shown = dataset.value;
  dataset.value = { train: rowsOf([[9, 9, 0]]), test: rowsOf([]) };
  assert.equal(dataset.value, shown);
});

test("the points on the plot become one's own", () => {
  const data = drawing.pointsOnPlot();
  assert.equal(data.task, "classification");
  assert.deepEqual(
    data.points.map(({ x1, x2, label }) => [x1, x2, label]),
    [
      [1, 2, -1],
      [3, 4, 1],
      [5, 0, 1],
    ],
  );
});

test("three classes keep their numbers", () => {
  dataset.value = {
    train: rowsOf([
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 2],
    ]),
    test: rowsOf([]),
  };
  const data = drawing.pointsOnPlot();
  assert.deepEqual(
    data.points.map((point) => point.label),
    [0, 1, 2],
  );
  assert.deepEqual(drawing.drawableLabels(data), [0, 1, 2]);
});

test("values to be learnt stay values", () => {
  catalog.value = /** @type {any} */ ({ datasets: [{ name: "plane", task: "regression" }] });
  run.value = /** @type {any} */ ({ spec: { dataset: { kind: "plane", train_fraction: 0.7 } } });
  dataset.value = { train: rowsOf([[1, 1, 0.25]]), test: rowsOf([]) };
  const data = drawing.pointsOnPlot();
  assert.deepEqual([data.task, data.points[0]?.label, data.share], ["regression", 0.25, 0.7]);
  run.value = null;
});

test("a table's classes are those one can draw with", () => {
  const data = {
    ...drawing.emptyDrawing("classification"),
    points: ["cat", "dog"].map((label) => ({ x1: 0, x2: 0, label, slot: 0 })),
  };
  assert.deepEqual(drawing.drawableLabels(data), ["cat", "dog"]);
  assert.deepEqual(drawing.drawableLabels(drawing.emptyDrawing("classification")), [-1, 1, 2]);
  assert.deepEqual(drawing.drawableLabels(drawing.emptyDrawing("regression")), []);
});
