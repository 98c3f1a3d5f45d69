/** Pictures of numbers: one that is only seen, and one in which a place is pointed at, by hand or by arrow keys. */

import { effect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { patterns } from "../../core/store.js";
import { mark, markSoon, unmark } from "../../draw/commit.js";
import { palette } from "../../draw/palette.js";
import { html } from "../../ui/html.js";
import { movedBy, placeUnder } from "../../views/cells.js";
import { paintNumbers } from "./layerpaint.js";

/** @typedef {import("./layerparts.js").Box} Box */
/** @typedef {import("./layerparts.js").Place} Place */
/**
 * @typedef {object} Numbers
 * @property {ArrayLike<number>} values row by row
 * @property {number} width
 * @property {number} height
 * @property {import("./layerpaint.js").Look} look
 * @property {number} max what the scale ends at
 */

/**
 * Numbers as a picture that follows the signals it is made of.
 * @param {{ numbers: () => Numbers | null, of?: any, class?: string }} props `of` is what `numbers` depends on besides
 * signals: another one makes another picture
 */
export function Picture({ numbers, of = "", class: extra = "" }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => {
    /** @type {Numbers | null} */
    let latest = null;
    const paint = () => {
      const target = canvas.current;
      if (!target) return;
      target.classList.toggle("numbers-empty", latest === null);
      if (latest) paintNumbers(target, latest.values, latest.width, latest.height, latest.look, latest.max);
    };
    const stop = effect(() => {
      latest = numbers();
      markSoon(paint);
    });
    const stopColors = effect(() => {
      palette();
      patterns.value;
      mark(paint);
    });
    return () => {
      stop();
      stopColors();
      unmark(paint);
    };
  }, [of]);
  return html`<canvas class=${`numbers ${extra}`} ref=${canvas} width="1" height="1" aria-hidden="true"></canvas>`;
}

/**
 * @typedef {object} PointedProps
 * @property {() => Numbers | null} numbers
 * @property {any} [of]
 * @property {number} width
 * @property {number} height
 * @property {string} label
 * @property {string} reading the number at the cursor, in words
 * @property {Place} cursor
 * @property {Box | null} [box] what is framed
 * @property {(place: Place) => void} onPoint
 * @property {number} [step] how far an arrow key goes
 * @property {boolean} [pressed] whether a place is pointed at by pressing there, not by passing over it
 * @property {string} [class]
 * @property {any} [children]
 */

/** A picture of numbers with a cursor. @param {PointedProps} props */
export function PointedPicture(props) {
  const {
    numbers,
    of,
    width,
    height,
    label,
    reading,
    cursor,
    box,
    onPoint,
    step = 1,
    pressed,
    class: extra = "",
    children,
  } = props;
  const point = (/** @type {PointerEvent} */ event) => onPoint(placeUnder(event, height, width));
  const move = (/** @type {KeyboardEvent} */ event) => {
    const place = movedBy(event, cursor, height, width, step);
    if (place) onPoint(place);
  };
  return html`<div class=${`pointed ${extra}`} role="application" tabindex="0" aria-label=${`${label}: ${reading}`}
    aria-roledescription="picture of numbers" style=${{ aspectRatio: `${width} / ${height}` }}
    onPointerMove=${pressed ? null : point} onPointerDown=${point} onKeyDown=${move}>
    <${Picture} numbers=${numbers} of=${of} />
    ${box && html`<${Frame} box=${box} width=${width} height=${height} />`}
    ${children}
  </div>`;
}

/** A frame around some of a picture's numbers. @param {{ box: Box, width: number, height: number, class?: string }} props */
export function Frame({ box, width, height, class: extra = "" }) {
  return html`<span class=${`numbers-frame ${extra}`} aria-hidden="true" style=${boxStyle(box, width, height)}></span>`;
}

/** Where a box lies on a picture of numbers, as shares of it. @param {Box} box @param {number} width @param {number} height */
export function boxStyle({ top, left, bottom, right }, width, height) {
  const share = (/** @type {number} */ cells, /** @type {number} */ all) => `${(100 * cells) / all}%`;
  return {
    top: share(top, height),
    left: share(left, width),
    width: share(right - left, width),
    height: share(bottom - top, height),
  };
}
