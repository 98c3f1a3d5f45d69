// Paints what lies between the units: links, bias bars and the weights of the chosen unit, on one canvas.

import { signed } from "../core/format.js";
import { drawBias, drawLinks, fullWidthWeight } from "../draw/links.js";
import { palette } from "../draw/palette.js";
import { fitCanvas } from "../draw/surface.js";
import { parameterIndex } from "./wiring.js";

/** @typedef {import("../core/types.js").LayerInfo} LayerInfo */
/** @typedef {import("../core/types.js").UnitAddress} UnitAddress */
/** @typedef {import("../draw/links.js").Link} Link */
/** @typedef {{ layout: import("./layout.js").Layout, links: Link[], layers: readonly LayerInfo[] }} Scene */
/** @typedef {{ layer: number, unit: number, input: number | null }} ParameterAddress */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */

const LABEL_GAP = 6;

/** Where a unit's bias bar stands. @param {Scene} scene @param {number} layer @param {number} unit
 * @param {boolean} chosen @returns {Box} */
export function biasBox({ layout }, layer, unit, chosen) {
  const { tile, bar, places } = layout.columns[layer + 1];
  const { x, y } = places[unit];
  return { x: x - tile / 2, y: y + tile / 2 + (bar < 4 ? 2 : 4) + (chosen ? 2 : 0), width: tile, height: bar };
}

/**
 * @param {HTMLCanvasElement} canvas @param {Scene} scene @param {ArrayLike<number>} theta
 * @param {{ chosen: UnitAddress | null, pointed: ParameterAddress | null, dashed: boolean }} view
 */
export function paintNetwork(canvas, scene, theta, { chosen, pointed, dashed }) {
  const { color } = palette();
  const { layout, links } = scene;
  const context = fitCanvas(canvas, layout.width, layout.height);
  const full = fullWidthWeight(theta, links);
  const style = { negative: color["neg-s"], positive: color["pos-s"], full, dashed };
  const incoming = chosen ? links.filter((link) => link.layer === chosen[0] && link.unit === chosen[1]) : [];
  if (incoming.length) {
    const others = links.filter((link) => link.layer !== chosen?.[0] || link.unit !== chosen[1]);
    drawLinks(context, others, theta, { ...style, role: "faint" });
    drawLinks(context, incoming, theta, { ...style, role: "chosen" });
  } else {
    drawLinks(context, links, theta, { ...style, role: "rest" });
  }
  paintBiases(context, scene, theta, chosen);
  paintWeights(context, incoming, theta);
  if (pointed) paintPointed(context, scene, theta, pointed, style);
}

/** @param {CanvasRenderingContext2D} context @param {Scene} scene @param {ArrayLike<number>} theta
 * @param {UnitAddress | null} chosen */
function paintBiases(context, scene, theta, chosen) {
  const { color } = palette();
  const colors = { negative: color["neg-s"], positive: color["pos-s"], ink: color.ink2 };
  scene.layers.forEach((layer, index) => {
    scene.layout.columns[index + 1].places.forEach((_, unit) => {
      const box = biasBox(scene, index, unit, chosen?.[0] === index && chosen[1] === unit);
      drawBias(context, box, theta[parameterIndex(layer, unit, null)], colors);
    });
  });
}

/** Each weight right of its source, so that the numbers line up in a column and never collide.
 * @param {CanvasRenderingContext2D} context @param {readonly Link[]} links @param {ArrayLike<number>} theta */
function paintWeights(context, links, theta) {
  for (const link of links) plate(context, link.x0 + LABEL_GAP, link.y0, theta[link.parameter]);
}

/** A signed number on a plate of the page's colour. @param {CanvasRenderingContext2D} context
 * @param {number} x left @param {number} y middle @param {number} weight */
function plate(context, x, y, weight) {
  const { axis, color, font } = palette();
  const text = signed(weight);
  context.font = `600 ${axis}px ${font}`;
  context.textBaseline = "middle";
  context.fillStyle = color.bg;
  context.globalAlpha = 0.9;
  context.fillRect(x - 2, y - 8, context.measureText(text).width + 4, 16);
  context.globalAlpha = 1;
  context.fillStyle = weight < 0 ? color.neg : color.pos;
  context.fillText(text, x, y + 0.5);
}

/** The link or bias under the pointer, at full strength and with its value.
 * @param {CanvasRenderingContext2D} context @param {Scene} scene @param {ArrayLike<number>} theta
 * @param {ParameterAddress} pointed
 * @param {{ negative: string, positive: string, full: number, dashed: boolean }} style */
function paintPointed(context, scene, theta, { layer, unit, input }, style) {
  if (input === null) {
    const { x, y, width } = biasBox(scene, layer, unit, false);
    plate(context, x + width + 4, y + 2, theta[parameterIndex(scene.layers[layer], unit, null)]);
    return;
  }
  const link = scene.links.find((one) => one.layer === layer && one.unit === unit && one.input === input);
  if (!link) return;
  drawLinks(context, [link], theta, { ...style, role: "chosen" });
  plate(context, (link.x0 + link.x1) / 2 - 16, (link.y0 + link.y1) / 2, theta[link.parameter]);
}
