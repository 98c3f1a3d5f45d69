/** A slider: label left, value right. Log sliders carry one tick per decade. A double click goes back to the default. */

import { useId } from "preact/hooks";
import * as format from "../core/format.js";
import { Field } from "./field.js";
import { html } from "./html.js";
import { makeScale } from "./sliderscale.js";

const KEYS = /** @type {{[key: string]: number}} */ ({
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 3,
  PageDown: -3,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
});

/** @param {import("./props.js").SliderProps} props */
export function Slider(props) {
  const { label, value, onChange, defaultValue, help, chosen, disabled, bad, suggestion, class: extra } = props;
  const id = useId();
  const scale = makeScale(props);
  const write = props.format ?? format.setting;
  const position = scale.position(value);
  const choose = (/** @type {number} */ next) => next !== value && onChange(next);

  const onInput = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    const next = scale.nearest(Number(input.value));
    input.value = String(scale.position(next));
    choose(next);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    const move = KEYS[event.key];
    if (move === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    choose(scale.moved(value, move));
  };
  return html`<${Field} label=${label} id=${id} value=${write(value)} help=${help} chosen=${chosen}
    class=${`slider${bad ? " slider-bad" : ""} ${extra ?? ""}`}>
    <div class="slider-track" style=${{ "--at": position / 1000 }}>
      <input
        id=${id} type="range" min="0" max="1000" step="1" value=${position} disabled=${disabled} aria-valuetext=${write(value)}
        onInput=${onInput} onKeyDown=${onKeyDown} onDblClick=${() => defaultValue !== undefined && choose(defaultValue)}
      />
      ${scale.ticks.map((tick) => html`<span class="slider-tick" style=${{ "--at": tick / 1000 }}></span>`)}
      ${
        suggestion !== undefined &&
        html`<span class="slider-suggestion" style=${{ "--at": scale.position(suggestion) / 1000 }}>
        ${write(suggestion)}</span>`
      }
    </div>
  <//>`;
}
