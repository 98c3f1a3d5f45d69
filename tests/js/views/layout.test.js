import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_SHOWN, networkLayout } from "../../../static/js/views/layout.js";

/** @typedef {import("../../../static/js/views/layout.js").Density} Density */

const KINDS = /** @type {Density[]} */ (["roomy", "short", "phone", "miniature", "large"]);

test("a column for the features and one for each layer, evenly apart", () => {
  const { columns, width } = networkLayout(9, [8, 6, 4, 1], 700, "roomy");
  assert.deepEqual(
    columns.map(({ places }) => places.length),
    [9, 8, 6, 4, 1],
  );
  const gaps = columns.slice(1).map(({ x }, index) => x - columns[index].x);
  assert.ok(gaps.every((gap) => Math.abs(gap - gaps[0]) < 1e-9));
  assert.equal(width, 700);
});

test("all columns share one middle", () => {
  const { columns } = networkLayout(9, [8, 5, 1], 700, "roomy");
  const middles = columns.slice(1).map(({ places }) => (places[0].y + places[places.length - 1].y) / 2);
  for (const middle of middles) assert.ok(Math.abs(middle - middles[0]) <= 6, `${middles}`);
});

test("tiles never overlap each other, nor the bias bar of the one above", () => {
  for (const kind of KINDS) {
    for (let units = 1; units <= MOST_SHOWN; units += 1) {
      for (const { places, tile, bar } of networkLayout(9, [units, 3], 900, kind).columns.slice(1)) {
        for (let unit = 1; unit < places.length; unit += 1) {
          assert.ok(places[unit].y - places[unit - 1].y >= tile + bar + 2, `${kind}, ${units} units`);
        }
      }
    }
  }
});

test("everything stands within the drawing, below the heads", () => {
  for (const kind of KINDS) {
    const { columns, width, height } = networkLayout(9, [16, 8, 2], 500, kind);
    for (const { x, tile, places } of columns) {
      assert.ok(x - tile / 2 >= 0 && x + tile / 2 <= width, kind);
      for (const { y } of places) assert.ok(y - tile / 2 >= 0 && y + tile / 2 <= height, kind);
    }
  }
});

test("eight layers of sixteen units keep their heads apart and scroll sideways", () => {
  const { columns, width } = networkLayout(9, [...Array(8).fill(16), 1], 690, "roomy");
  assert.ok(width > 690);
  assert.ok(columns[2].x - columns[1].x >= 84);
  assert.ok(columns[1].tile >= 16, "tiles can still be hit");
});

test("more units than can be shown are counted", () => {
  const { columns } = networkLayout(2, [512, 1], 700, "roomy");
  assert.equal(columns[1].places.length, MOST_SHOWN);
  assert.equal(columns[1].more, 512 - MOST_SHOWN);
  assert.equal(columns[2].more, 0);
});

test("the height is that of the tallest column whatever the layers, so nothing below jumps", () => {
  const heights = [1, 4, 8].map((units) => networkLayout(9, [units, 1], 700, "roomy").height);
  assert.equal(new Set(heights).size, 1);
});

test("a short window gets smaller tiles, a phone wider columns", () => {
  const [roomy, short, phone] = KINDS.slice(0, 3).map((kind) => networkLayout(9, [8, 1], 320, kind));
  assert.ok(short.columns[1].tile < roomy.columns[1].tile);
  assert.ok(short.height < roomy.height);
  assert.equal(phone.columns[2].x - phone.columns[1].x, 130);
});

test("on a lecturer's screen tiles and rows grow with the window's height, up to a size", () => {
  const [low, high, higher] = [980, 1080, 1440].map((height) => networkLayout(9, [8, 1], 1000, "large", height));
  const { columns, height } = networkLayout(9, [8, 1], 1000, "roomy");
  assert.ok(low.columns[0].tile >= columns[0].tile);
  assert.ok(low.height < high.height && high.height > height);
  assert.ok(high.columns[0].tile > low.columns[0].tile);
  assert.equal(higher.columns[0].tile, 56);
  assert.equal(higher.height, networkLayout(9, [8, 1], 1000, "large", 2160).height);
});

test("no hidden layer is a network too", () => {
  assert.equal(networkLayout(9, [1], 700, "roomy").columns.length, 2);
});
