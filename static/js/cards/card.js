/** One layer as a card: what can be chosen about it, what goes in and comes out, what it costs, and what is wrong. */

import { optionsOf } from "../core/catalog.js";
import { percent, whole } from "../core/format.js";
import { catalog } from "../core/store.js";
import { Button, IconButton } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { html } from "../ui/html.js";
import { NumberField } from "../ui/number.js";
import { Segmented } from "../ui/segmented.js";
import { Select } from "../ui/select.js";
import { Slider } from "../ui/slider.js";
import { Stepper } from "../ui/stepper.js";
import { Switch } from "../ui/switch.js";
import { change, edit, shown } from "./compose.js";
import { costOf, moved, POOLINGS, remedy, shapeWords } from "./rules.js";

/** @typedef {import("./rules.js").Layer} Layer */
/** @typedef {import("../core/types.js").FieldEntry} FieldEntry */
/** @typedef {import("../core/types.js").LayerInfo} LayerInfo */

/** Numbers up to this are stepped, larger ones typed. */
const STEPPED_UP_TO = 16;
/** Steps of a rate. */
const RATE_STEP = 0.05;

/**
 * @param {{ layer: Layer, at: number, info: LayerInfo | undefined, before: readonly number[] | undefined, known: boolean,
 *   issues: Array<{ field: string, message: string }> }} props `known` says that the numbers are of the layer as it is now
 */
export function Card({ layer, at, info, before, known, issues }) {
  const entry = catalog.value?.layers.find(({ name }) => name === layer.kind);
  const name = entry?.label ?? layer.kind;
  const last = shown.value.length - 1;
  const id = `card-${at}`;
  return html`<li class="card" data-bad=${issues.length > 0} data-known=${known}>
    <section aria-labelledby=${id}>
      <header class="card-head">
        <h4 id=${id} title=${entry?.explanation}><span class="hidden">Layer ${at + 1}: </span>${name}</h4>
        <${IconButton} icon="up" size=${16} label=${`Move ${name} earlier`} disabled=${at === 0} onClick=${() => edit(moved(shown.value, at, at - 1))} />
        <${IconButton} icon="down" size=${16} label=${`Move ${name} later`} disabled=${at === last} onClick=${() => edit(moved(shown.value, at, at + 1))} />
        <${IconButton} icon="trash" size=${16} label=${`Remove ${name}`} onClick=${() => edit(shown.value.filter((_, place) => place !== at))} />
      </header>
      <div class="card-fields">
        ${POOLINGS.includes(layer.kind) && html`<${PoolingKind} layer=${layer} at=${at} />`}
        ${entry?.fields.map((field) => html`<${FieldControl} key=${field.name} field=${field} layer=${layer} at=${at} />`)}
        ${
          info !== undefined &&
          info.blocks.length > 0 &&
          html`<${Switch} label="Hold its weights" title="Training leaves this layer as it is" checked=${Boolean(layer.frozen)}
          onChange=${(/** @type {boolean} */ frozen) => change(at, { frozen: frozen || undefined })} />`
        }
      </div>
      <${Facts} layer=${layer} info=${info} before=${before} />
      ${issues.map(({ field, message }) => html`<${Trouble} key=${field + message} at=${at} field=${field} message=${message} />`)}
    </section>
  </li>`;
}

/** What goes in, what comes out, and what it takes. @param {{ layer: Layer | null, info: LayerInfo | undefined, before: readonly number[] | undefined }} props */
export function Facts({ layer, info, before }) {
  if (!before && !info) return html`<p class="card-facts card-cost">Known once the layers before it fit.</p>`;
  return html`<div class="card-facts">
    <p class="card-shape">${shapeWords(before)} <span aria-hidden="true">→</span><span class="hidden">become</span> ${shapeWords(info?.output)}</p>
    ${info && html`<p class="card-cost">${costWords(costOf(info, layer))}</p>`}
  </div>`;
}

/** @param {ReturnType<typeof costOf>} cost */
function costWords({ parameters, multiplyAdds }) {
  const size = parameters ? `${whole(parameters)} parameters` : "no parameters";
  return multiplyAdds ? `${size} · ${whole(multiplyAdds)} multiplications` : size;
}

/** @param {{ layer: Layer, at: number }} props */
function PoolingKind({ layer, at }) {
  const kinds = (catalog.value?.layers ?? []).filter(({ name }) => POOLINGS.includes(name));
  const options = kinds.map(({ name, label, explanation }) => ({ value: name, label, title: explanation }));
  return html`<${Select} label="Keeps" small value=${layer.kind} options=${options} onChange=${(/** @type {string} */ kind) => change(at, { kind })} />`;
}

/** @param {{ field: FieldEntry, layer: Layer, at: number }} props */
function FieldControl({ field, layer, at }) {
  const { name, label, minimum = 0, maximum = 1, choices } = field;
  const value = layer[name] ?? field.default;
  const choose = (/** @type {any} */ next) => change(at, { [name]: next });
  if (name === "activation") {
    const options = optionsOf("activations").filter((option) => option.value !== "softmax");
    return html`<${Select} label=${label} small value=${value} options=${options} onChange=${choose} />`;
  }
  if (choices) {
    const options = choices.map((choice) => ({ value: choice, label: choice }));
    return html`<${Field} label=${label} group><${Segmented} label=${label} small value=${value} options=${options} onChange=${choose} /><//>`;
  }
  if (!Number.isInteger(field.default)) {
    return html`<${Slider} label=${label} value=${value} min=${minimum} max=${maximum} step=${RATE_STEP} defaultValue=${field.default}
      format=${(/** @type {number} */ share) => percent(share, 0)} onChange=${choose} />`;
  }
  if (maximum > STEPPED_UP_TO) {
    return html`<${NumberField} label=${label} value=${value} min=${minimum} max=${maximum} integer onChange=${choose} />`;
  }
  return html`<${Field} label=${label} group>
    <${Stepper} label=${label} value=${value} min=${minimum} max=${maximum} onChange=${choose} />
  <//>`;
}

/** What is wrong about a layer, and what would help. @param {{ at: number, field: string, message: string }} props */
function Trouble({ at, field, message }) {
  const help = remedy(shown.value, at, field);
  return html`<div class="card-trouble" role="status">
    <p>${message}</p>
    ${help && html`<${Button} onClick=${() => edit(help.layers)}>${help.words}<//>`}
  </div>`;
}
