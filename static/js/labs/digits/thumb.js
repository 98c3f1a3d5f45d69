/** A small image, ink on paper, one canvas pixel for each of its own. */

import { html } from "../../ui/html.js";
import { Pixels } from "./layerpaint.js";

/** @param {{ values: ArrayLike<number>, side: number }} props the first side × side numbers, row by row */
export const Thumb = ({ values, side }) =>
  html`<${Pixels} values=${values} width=${side} height=${side} look="ink" max=${1} class="thumb" />`;
