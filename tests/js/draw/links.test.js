import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawBias,
  drawLinks,
  fanOffset,
  fullWidthWeight,
  linkAt,
  linkDistance,
  linkOpacity,
  linkPoint,
  linkWidth,
  MAX_WEIGHT,
} from "../../../static/js/draw/links.js";
import { fakeContext } from "./fakecanvas.js";

/** @param {Partial<import("../../../static/js/draw/links.js").Link>} change */
const link = (change = {}) => ({
  x0: 100,
  y0: 50,
  x1: 200,
  y1: 150,
  layer: 0,
  unit: 0,
  input: 0,
  parameter: 0,
  ...change,
});

test("ends fan out symmetrically, at most 4.2 px apart, and within the tile", () => {
  const two = [0, 1].map((index) => fanOffset(index, 2, 44));
  assert.deepEqual(
    two.map((offset) => Number(offset.toFixed(2))),
    [-2.1, 2.1],
  );
  assert.equal(fanOffset(0, 1, 44), 0);
  const many = Array.from({ length: 40 }, (_, index) => fanOffset(index, 40, 44));
  assert.ok(Math.abs(many[0] + many[39]) < 1e-9);
  assert.ok(many[39] - many[0] <= 36 + 1e-9);
});

test("width and opacity grow with |w| and know no sign", () => {
  assert.equal(linkWidth(0, 2), 0.5);
  assert.equal(linkWidth(2, 2), 6);
  assert.equal(linkWidth(-2, 2), 6);
  assert.equal(linkWidth(9, 2), 6);
  for (let weight = 0.1; weight < 2; weight += 0.1) {
    assert.ok(linkWidth(weight, 2) > linkWidth(weight - 0.1, 2));
    assert.ok(linkOpacity(weight, 2, "rest") > linkOpacity(weight - 0.1, 2, "rest"));
  }
  assert.equal(linkOpacity(0, 2, "rest"), 0.3);
  assert.ok(Math.abs(linkOpacity(2, 2, "rest") - 0.95) < 1e-9);
  assert.equal(linkOpacity(0, 2, "chosen"), 1);
  assert.ok(Math.abs(linkOpacity(2, 2, "faint") - 0.46) < 1e-9);
});

test("small weights are not blown up, and one large weight does not hide the others", () => {
  const links = [link(), link({ parameter: 1 })];
  assert.equal(fullWidthWeight([0.2, -0.1], links), 1);
  assert.equal(fullWidthWeight([-2.5, 0.1], links), 2.5);
  assert.equal(fullWidthWeight([90, 0.1], links), MAX_WEIGHT);
});

test("a link begins and ends where it should, level at both ends", () => {
  assert.deepEqual(linkPoint(link(), 0), [100, 50]);
  assert.deepEqual(linkPoint(link(), 1), [200, 150]);
  const [, near] = linkPoint(link(), 0.01);
  assert.ok(near - 50 < 0.05);
  const [x, y] = linkPoint(link(), 0.5);
  assert.ok(Math.abs(x - 150) < 1e-9 && Math.abs(y - 100) < 1e-9);
});

test("the distance to a link is zero on it and grows away from it", () => {
  for (const t of [0.05, 0.3, 0.5, 0.8, 0.97]) {
    const [x, y] = linkPoint(link(), t);
    assert.ok(linkDistance(link(), x, y) < 0.1, `at ${t}`);
    assert.ok(linkDistance(link(), x, y + 20) > 5);
  }
  assert.equal(linkDistance(link(), 90, 50), Number.POSITIVE_INFINITY);
  assert.equal(linkDistance(link(), 210, 150), Number.POSITIVE_INFINITY);
});

test("the distance is the same as that to the nearest of many points on the curve", () => {
  const curve = Array.from({ length: 2001 }, (_, index) => linkPoint(link(), index / 2000));
  for (const [x, y] of [
    [120, 60],
    [150, 96],
    [160, 118],
    [185, 149],
  ]) {
    const nearest = Math.min(...curve.map(([curveX, curveY]) => Math.hypot(curveX - x, curveY - y)));
    assert.ok(Math.abs(linkDistance(link(), x, y) - nearest) < 0.6, `${x}, ${y}`);
  }
});

test("a pointer finds the nearest link within five pixels", () => {
  const upper = link({ y0: 50, y1: 50 });
  const lower = link({ y0: 58, y1: 58, input: 1 });
  assert.equal(linkAt([upper, lower], 150, 53), upper);
  assert.equal(linkAt([upper, lower], 150, 55), lower);
  assert.equal(linkAt([upper, lower], 150, 64), null);
  assert.equal(linkAt([], 150, 50), null);
});

const STYLE = { negative: "orange", positive: "blue", full: 2, role: /** @type {const} */ ("rest"), dashed: false };

test("links are drawn with the large weights last, each in the colour of its sign", () => {
  const context = fakeContext();
  drawLinks(context, [link({ parameter: 0 }), link({ parameter: 1 }), link({ parameter: 2 })], [1.5, -0.2, -2], STYLE);
  const strokes = context.named("stroke");
  assert.deepEqual(
    strokes.map((/** @type {any} */ call) => call.strokeStyle),
    ["orange", "blue", "orange"],
  );
  assert.deepEqual(
    strokes.map((/** @type {any} */ call) => call.lineWidth),
    [-0.2, 1.5, -2].map((weight) => linkWidth(weight, 2)),
  );
  assert.equal(context.globalAlpha, 1, "what is drawn next is opaque again");
});

test("with patterns on, negative links are dashed and positive ones are not", () => {
  const context = fakeContext();
  drawLinks(context, [link({ parameter: 0 }), link({ parameter: 1 })], [0.5, -1], { ...STYLE, dashed: true });
  assert.deepEqual(
    context.named("stroke").map((/** @type {any} */ call) => call.dash.length > 0),
    [false, true],
  );
  const plain = fakeContext();
  drawLinks(plain, [link()], [-1], STYLE);
  assert.deepEqual(plain.named("stroke")[0].dash, []);
});

test("a bias bar runs left or right from its tick and is clipped at two", () => {
  const colors = { negative: "orange", positive: "blue", ink: "black" };
  const box = { x: 10, y: 100, width: 44, height: 4 };
  /** @param {number} bias */
  const bar = (bias) => {
    const context = fakeContext();
    drawBias(context, box, bias, colors);
    return context.named("fillRect");
  };
  assert.deepEqual(bar(1)[0].args, [32, 100, 11, 4]);
  assert.equal(bar(1)[0].fillStyle, "blue");
  assert.deepEqual(bar(-2)[0].args, [10, 100, 22, 4]);
  assert.equal(bar(-2)[0].fillStyle, "orange");
  assert.deepEqual(bar(-50)[0].args, bar(-2)[0].args);
  assert.deepEqual(bar(0)[1].args, [31.5, 99, 1, 6]);
});
