// The network: columns of units with their pictures, links between them, and everything that can be done to them.

import { effect, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import {
  layout as arrangement,
  catalog,
  frame,
  hoveredUnit,
  large,
  patterns,
  run,
  selectedUnit,
  state,
} from "../core/store.js";
import { mark, markSoon, unmark } from "../draw/commit.js";
import { palette } from "../draw/palette.js";
import { onResize } from "../draw/surface.js";
import { html } from "../ui/html.js";
import { parameters } from "./frames.js";
import { networkLayout } from "./layout.js";
import { placed } from "./lens.js";
import { listenToLinks, pointed } from "./linkpointer.js";
import { moveFocus } from "./navigation.js";
import { LayerHead, NetworkHead } from "./networkhead.js";
import { paintNetwork } from "./networkpaint.js";
import { FeatureTile, focused, keepTabStop, UnitTile } from "./tiles.js";
import { editing, WeightEditor } from "./weighteditor.js";
import { wire } from "./wiring.js";

/** @typedef {import("../core/types.js").Run} Run */
/** @typedef {import("./layout.js").Density} Density */
/** @typedef {import("./networkpaint.js").Scene} Scene */

const SHORT = "(height < 860px) and (width >= 1240px)";

/** @param {{ mini?: boolean }} props mini is a small picture without controls, for a phone's first page */
export function NetworkView({ mini = false }) {
  if (mini) return html`<div class="network network-mini" inert><${Stage} density="miniature" /></div>`;
  return html`<div class=${`network${state.value === "diverged" ? " diverged" : ""}`}>
    <${NetworkHead} />
    <${Stage} />
  </div>`;
}

/** @returns {Density} */
function densityNow() {
  if (arrangement.value === "phone") return "phone";
  if (large.value) return "large";
  return matchMedia(SHORT).matches ? "short" : "roomy";
}

/** Follows the width of an element, and the window's height. @param {{ current: HTMLElement | null }} element */
function useSize(element) {
  const width = useSignal(0);
  const density = useSignal(densityNow());
  const height = useSignal(innerHeight);
  useLayoutEffect(() => {
    const node = /** @type {HTMLElement} */ (element.current);
    width.value = node.clientWidth;
    const stop = onResize(node, (now) => {
      width.value = now;
    });
    const query = matchMedia(SHORT);
    const again = () => {
      density.value = densityNow();
    };
    query.addEventListener("change", again);
    const tall = () => {
      height.value = innerHeight;
    };
    addEventListener("resize", tall);
    const stopArrangement = effect(again);
    return () => {
      stop();
      stopArrangement();
      removeEventListener("resize", tall);
      query.removeEventListener("change", again);
    };
  }, []);
  return { width: width.value, density: density.value, height: density.value === "large" ? height.value : 0 };
}

/** @param {{ density?: Density }} props */
function Stage({ density: fixed }) {
  const scroll = useRef(/** @type {HTMLElement | null} */ (null));
  const size = useSize(scroll);
  const current = run.value;
  const known = catalog.value?.features;
  const ready = current && known && size.width > 0;
  return html`<div class="network-scroll" ref=${scroll}>
    ${ready ? html`<${Drawing} current=${current} width=${size.width} height=${size.height} density=${fixed ?? size.density} />` : html`<div class="network-loading"></div>`}
  </div>`;
}

/** @param {Run} current @param {number} width @param {Density} density @param {number} height @returns {Scene} */
function sceneOf({ network, spec }, width, density, height) {
  const names = (catalog.value?.features ?? []).map((feature) => feature.name);
  const units = network.layers.map((layer) => layer.units);
  const layout = networkLayout(names.length, units, width, density, height);
  const rows = spec.features.map((name) => names.indexOf(name));
  return { layout, links: wire(network.layers, rows, layout), layers: network.layers };
}

/** @param {{ current: Run, width: number, height: number, density: Density }} props */
function Drawing({ current, width, height, density }) {
  const stage = useRef(/** @type {HTMLElement | null} */ (null));
  const shape = JSON.stringify([current.network.layers, current.spec.features, width, density, height]);
  const scene = useMemo(() => sceneOf(current, width, density, height), [shape]);
  useLayoutEffect(() => {
    placed.value += 1;
    keepTabStop(scene.layout);
  }, [scene]);
  // A sheet may be closed before its effects begin.
  useEffect(() => (stage.current ? followFrames(stage.current, scene) : undefined), [scene]);
  useEffect(() => (stage.current ? listenToLinks(stage.current, scene) : undefined), [scene]);
  const { layout, layers } = scene;
  const last = layers.length - 1;
  return html`
    <div
      class="network-stage" ref=${stage} style=${{ width: `${layout.width}px`, height: `${layout.height}px` }}
      onKeyDown=${(/** @type {KeyboardEvent} */ event) => moveFocus(event, scene)}
    >
      <canvas class="network-links" aria-hidden="true"></canvas>
      ${density !== "miniature" && html`<${Heads} scene=${scene} />`}
      <div role="group" aria-label="Features">
        ${catalog.value?.features.map(
          (feature, row) =>
            html`<${FeatureTile} key=${feature.name} feature=${feature} row=${row} column=${layout.columns[0]} />`,
        )}
      </div>
      ${layers.map(
        (
          _layer,
          index,
        ) => html`<div key=${index} role="group" aria-label=${index === last ? "Output" : `Layer ${index + 1}`}>
          ${layout.columns[index + 1].places.map(
            (_, unit) =>
              html`<${UnitTile} key=${unit} layer=${index} unit=${unit} column=${layout.columns[index + 1]} output=${index === last} />`,
          )}
          <${More} column=${layout.columns[index + 1]} />
        </div>`,
      )}
      <${WeightEditor} />
    </div>
  `;
}

/** @param {{ column: import("./layout.js").Column }} props */
function More({ column: { x, more, places, tile } }) {
  if (!more) return null;
  const top = (places.at(-1)?.y ?? 0) + tile / 2 + 10;
  return html`<span class="more-units" style=${{ left: `${x}px`, top: `${top}px` }}>${more} more</span>`;
}

/** @param {{ scene: Scene }} props */
function Heads({ scene: { layout, layers } }) {
  return html`
    <span class="column-name features-name" style=${{ left: `${layout.columns[0].x}px` }}>Features</span>
    ${layers.slice(0, -1).map((_, index) => html`<${LayerHead} key=${index} index=${index} x=${layout.columns[index + 1].x} />`)}
    <span class="column-name" style=${{ left: `${layout.columns[layers.length].x}px` }}>Output</span>
  `;
}

/** Draws links whenever the weights, the choice or the colours change. @param {HTMLElement} stage @param {Scene} scene */
function followFrames(stage, scene) {
  const canvas = /** @type {HTMLCanvasElement} */ (stage.querySelector(".network-links"));
  const paint = () => {
    const theta = parameters();
    if (!theta) return;
    const chosen = selectedUnit.value ?? (typeof focused.value?.[0] === "number" ? hoveredUnit.value : null);
    paintNetwork(canvas, scene, theta, { chosen, pointed: pointed.value ?? editing.value, dashed: patterns.value });
  };
  const endFrames = effect(() => {
    if (frame.value) markSoon(paint);
  });
  const endChoices = effect(() => {
    palette();
    for (const choice of [selectedUnit, focused, hoveredUnit, pointed, editing, patterns]) choice.value;
    mark(paint);
  });
  return () => {
    endFrames();
    endChoices();
    unmark(paint);
  };
}
