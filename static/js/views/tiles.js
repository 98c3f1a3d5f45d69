// The tiles of the network: features to switch on and off, units to look at and to choose.

import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { labelOf } from "../core/catalog.js";
import { signed } from "../core/format.js";
import { layout as arrangement, catalog, frame, hoveredUnit, run, selectedUnit, spec, update } from "../core/store.js";
import { InlineFormula } from "../ui/formula.js";
import { html } from "../ui/html.js";
import { toggleFeature } from "./edits.js";
import { incoming, isFiniteUnit } from "./frames.js";
import { sameUnit, unitName } from "./names.js";
import { ensureProbe } from "./probe.js";
import { showThumbnail } from "./thumbnails.js";
import { unitIndex } from "./wiring.js";

/** @typedef {import("../core/types.js").UnitAddress} UnitAddress */
/** @typedef {import("./layout.js").Column} Column */

/** The unit with the keyboard's focus. @type {import("@preact/signals").Signal<UnitAddress | null>} */
export const focused = signal(null);

/** The tile that Tab reaches, as "column:row". */
export const tabStop = signal("0:0");

/** Tab must find a tile even when the one it reached last is gone. @param {import("./layout.js").Layout} layout */
export function keepTabStop({ columns }) {
  const [column, row] = tabStop.value.split(":").map(Number);
  if (!columns[column]?.places[row]) tabStop.value = "0:0";
}

/** @param {Column} column @param {number} row */
function box({ places, tile }, row) {
  const { x, y } = places[row];
  return { left: `${x - tile / 2}px`, top: `${y - tile / 2}px`, width: `${tile}px`, height: `${tile}px` };
}

/** @param {string} id */
function useThumbnail(id) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  useEffect(() => (canvas.current ? showThumbnail(id, canvas.current) : undefined), [id]);
  return canvas;
}

/** Shows a unit in the large plot while it is pointed at or focused. @param {UnitAddress} address */
function looking(address) {
  const show = () => {
    hoveredUnit.value = address;
  };
  const hide = () => {
    if (sameUnit(hoveredUnit.peek(), address)) hoveredUnit.value = null;
  };
  return { show, hide };
}

/** @param {{ feature: import("../core/types.js").CatalogEntry, row: number, column: Column }} props */
export function FeatureTile({ feature, row, column }) {
  const canvas = useThumbnail(`features:${row}`);
  const current = spec.value;
  if (!current) return null;
  const on = current.features.includes(feature.name);
  const { show, hide } = looking(["features", row]);
  const order = (catalog.value?.features ?? []).map((entry) => entry.name);
  const patch = toggleFeature(current, feature.name, order);
  const place = `0:${row}`;
  const { x, y } = column.places[row];
  const id = `feature-${feature.name}`;
  return html`<label class=${`feature-name${on ? "" : " off"}`} for=${id} style=${{ left: `${x - column.tile / 2 - 8}px`, top: `${y}px` }}>
    <${InlineFormula} source=${feature.formula} />
  </label>
  <button
    type="button" id=${id} class=${`node feature${on ? "" : " off"}`} style=${box(column, row)} data-place=${place}
    tabindex=${tabStop.value === place ? 0 : -1} aria-pressed=${on} aria-disabled=${patch === null}
    aria-label=${`Feature ${feature.label}`} title=${patch ? feature.explanation : "A network needs at least one feature"}
    onClick=${() => {
      if (!patch) return;
      update(patch);
      if (on) hide();
      else show();
    }}
    onPointerEnter=${on && show} onPointerLeave=${hide} onBlur=${hide}
    onFocus=${() => {
      tabStop.value = place;
      if (on) show();
    }}
  >
    <canvas ref=${canvas}></canvas>
  </button>`;
}

/** "Layer 1, unit 2, tanh, bias +0.12". @param {number} layer @param {number} unit */
function describe(layer, unit) {
  if (!run.value) return "";
  const { network, spec: current } = run.value;
  const bias = incoming(layer, unit)?.bias;
  const activation = labelOf("activations", network.layers[layer].activation);
  return `${unitName([layer, unit], network, current)}, ${activation}${bias === undefined ? "" : `, bias ${signed(bias)}`}`;
}

/** Chooses a unit for Explain, or lets it go. @param {UnitAddress} address */
export function choose(address) {
  const same = sameUnit(selectedUnit.value, address);
  selectedUnit.value = same ? null : address;
  if (!same) ensureProbe();
}

/** @param {{ layer: number, unit: number, column: Column, output: boolean }} props */
export function UnitTile({ layer, unit, column, output }) {
  const canvas = useThumbnail(`${layer}:${unit}`);
  const button = useRef(/** @type {HTMLButtonElement | null} */ (null));
  /** @type {UnitAddress} */
  const address = [layer, unit];
  const { show, hide } = looking(address);
  const place = `${layer + 1}:${unit}`;
  const chosen = sameUnit(selectedUnit.value, address);
  const broken = !isFiniteUnit(unitIndex(run.peek()?.network.layers ?? [], layer, unit));
  const name = () => button.current?.setAttribute("aria-label", describe(layer, unit));
  useEffect(() => {
    const stop = frame.subscribe((now) => {
      if (now && now.header.state !== "running") name();
    });
    return () => {
      stop();
      hide();
    };
  }, []);
  return html`<button
    type="button" ref=${button} class=${`node unit${chosen ? " chosen" : ""}${broken ? " broken" : ""}`}
    style=${box(column, unit)} data-place=${place} data-lens-from=${output || null}
    tabindex=${tabStop.value === place ? 0 : -1} aria-pressed=${chosen}
    onClick=${() => {
      choose(address);
      if (arrangement.value === "phone") button.current?.scrollIntoView({ inline: "center" });
    }} onBlur=${() => {
      hide();
      focused.value = null;
    }}
    onPointerEnter=${(/** @type {PointerEvent} */ event) => {
      name();
      if (event.pointerType !== "touch") show();
    }}
    onPointerLeave=${hide}
    onFocus=${() => {
      name();
      tabStop.value = place;
      if (!button.current?.matches(":focus-visible")) return;
      focused.value = address;
      show();
    }}
  ><canvas ref=${canvas}></canvas></button>`;
}
