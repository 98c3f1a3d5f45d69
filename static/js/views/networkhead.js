// Above the network: how many layers there are, and for each layer its units and its activation.

import { controlOf, labelOf, optionsOf } from "../core/catalog.js";
import { catalog, spec, update } from "../core/store.js";
import { FieldHelp } from "../ui/fieldhelp.js";
import { html } from "../ui/html.js";
import { SelectBox } from "../ui/select.js";
import { Stepper } from "../ui/stepper.js";
import { addLayer, removeLayer, setActivation, setUnits } from "./edits.js";
import { MOST_SHOWN } from "./layout.js";

export function NetworkHead() {
  const current = spec.value;
  if (!current) return html`<header class="network-head"><h2>Network</h2></header>`;
  const count = current.layers.length;
  const most = catalog.value?.limits.layers ?? 16;
  /** @param {number} wanted */
  const change = (wanted) => update(wanted > count ? addLayer(current) : removeLayer(current));
  return html`
    <header class="network-head">
      <h2>Network</h2>
      <${Stepper}
        label="Hidden layers" value=${count} min=${0} max=${most} onChange=${change}
        text=${`${count} hidden ${count === 1 ? "layer" : "layers"}`} fewer="Remove the last layer" another="Add a layer"
      />
      <${FieldHelp} control="layers" also=${["features", "units", "activation", "weight", "unit_bias"]} about="Network" />
      <${LinkLegend} />
    </header>
  `;
}

/** What width and colour of a link mean. */
function LinkLegend() {
  return html`<p class="link-legend" aria-hidden="true">
    <span class="link-sample"><i class="neg thick"></i><i class="neg middle"></i><i class="neg thin"></i>
      <span>0</span><i class="pos thin"></i><i class="pos middle"></i><i class="pos thick"></i></span>
    <span>weight</span>
    <span class="bias-sample"></span>
    <span>bias</span>
  </p>`;
}

/** @param {{ index: number, x: number }} props a hidden layer and the middle of its column */
export function LayerHead({ index, x }) {
  const current = spec.value;
  const layer = current?.layers[index];
  if (!current || !layer) return null;
  const most = Math.max(MOST_SHOWN, layer.units, controlOf("units")?.maximum ?? 0);
  const name = `layer ${index + 1}`;
  return html`
    <div class="layer-head" style=${{ left: `${x}px` }} role="group" aria-label=${`Layer ${index + 1}`}>
      <${Stepper}
        label=${`Units of ${name}`} value=${layer.units} min=${1} max=${most}
        onChange=${(/** @type {number} */ units) => update(setUnits(current, index, units))}
        fewer=${`Remove a unit from ${name}`} another=${`Add a unit to ${name}`}
      />
      <${SelectBox}
        small value=${layer.activation} options=${optionsOf("activations")} aria-label=${`Activation of ${name}`}
        title=${labelOf("activations", layer.activation)}
        onChange=${(/** @type {string} */ activation) => update(setActivation(current, index, activation))}
      />
    </div>
  `;
}
