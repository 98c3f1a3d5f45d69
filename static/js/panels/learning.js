/** The controls of learning. The control bar, its More panel and the phone's sheet each show the ones they have room for. */

import { newStart, update } from "../core/actions.js";
import { controlOf, entryOf, labelOf, optionsOf } from "../core/catalog.js";
import * as format from "../core/format.js";
import { catalog, run, spec, state, task } from "../core/state.js";
import { IconButton } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { html } from "../ui/html.js";
import { NumberField } from "../ui/number.js";
import { Segmented } from "../ui/segmented.js";
import { Select } from "../ui/select.js";
import { Slider } from "../ui/slider.js";
import { Switch } from "../ui/switch.js";

/** @typedef {import("../core/types.js").RunSpec} RunSpec */
/** @typedef {import("../core/types.js").Task} Task */

const LARGEST_SEED = 2 ** 32 - 1;
/** What this page trains for. A loss for anything else is not offered. @type {Task[]} */
const TASKS = ["classification", "regression"];
const SCALED_INITIALIZERS = ["uniform", "normal", "constant"];

/** What a catalog slider needs, spread into Slider. @param {string} name */
export function sliderProps(name) {
  const control = controlOf(name);
  return {
    label: control?.label ?? name,
    help: name,
    scale: control?.scale === "log" ? "log" : "linear",
    values: control?.values,
    min: control?.minimum,
    max: control?.maximum,
    defaultValue: control?.default,
  };
}

/** @param {string} name @param {string} fallback */
const label = (name, fallback) => controlOf(name)?.label ?? fallback;

export function LearningRate() {
  const diverged = state.value === "diverged";
  const remedies = run.value?.diagnosis?.remedies ?? [];
  const suggested = remedies.find(({ patch }) => patch.optimizer?.learning_rate)?.patch.optimizer.learning_rate;
  return html`<${Slider}
    ...${sliderProps("learning_rate")} class="field-rate" value=${spec.value?.optimizer.learning_rate ?? 0.03}
    bad=${diverged} suggestion=${diverged ? suggested : undefined}
    onChange=${(/** @type {number} */ value) => update({ optimizer: { learning_rate: value } })}
  />`;
}

export function ActivationForAll() {
  const layers = spec.value?.layers ?? [];
  const names = new Set(layers.map((layer) => layer.activation));
  const [common] = names.size === 1 ? names : ["mixed"];
  const mixed = names.size > 1 ? [{ value: "mixed", label: "Mixed", disabled: true }] : [];
  const none = layers.length ? [] : [{ value: "mixed", label: "None", disabled: true }];
  return html`<${Select}
    label=${label("activation", "Activation")} help="activation" chosen=${entryOf("activations", common)} class="field-activation"
    value=${common} options=${[...mixed, ...none, ...hiddenActivations()]} disabled=${!layers.length}
    onChange=${(/** @type {string} */ activation) => update({ layers: layers.map((layer) => ({ ...layer, activation })) })}
  />`;
}

/** The catalog's activations have a curve each. This one has none: its value depends on all sums of its layer. */
export const SOFTMAX = {
  name: "softmax",
  label: "Softmax",
  explanation: "One unit for each class, and the values are shares: each lies between 0 and 1 and all add up to 1.",
  formula: "a_i = e^{z_i} / Σ e^{z_j}",
};

/** Softmax couples all units of a layer, so it stands at the output only. */
const hiddenActivations = () => optionsOf("activations").filter(({ value }) => value !== "softmax");

export function LossField() {
  const tasksOf = new Map(catalog.value?.losses.map(({ name, tasks }) => [name, tasks]));
  const options = optionsOf("losses")
    .filter(({ value }) => TASKS.some((name) => tasksOf.get(value)?.includes(name)))
    .map((option) => ({ ...option, disabled: !tasksOf.get(option.value)?.includes(task.value) }));
  const loss = spec.value?.loss ?? "cross_entropy";
  return html`<${Select}
    label=${label("loss", "Loss")} help="loss" chosen=${entryOf("losses", loss)} class="field-loss" value=${loss} options=${options}
    onChange=${(/** @type {string} */ value) => update({ loss: value })}
  />`;
}

/** “L2 · 0.001”, or the kind alone when there is none. */
export function regularizationText() {
  const { kind, rate } = spec.value?.regularizer ?? { kind: "none", rate: 0 };
  const name = labelOf("regularizers", kind);
  return kind === "none" ? name : `${name} · ${format.setting(rate)}`;
}

export function Regularization() {
  const { kind, rate } = spec.value?.regularizer ?? { kind: "none", rate: 0 };
  const title = label("regularizer", "Regularisation");
  const usual = controlOf("regularization_rate")?.values?.find((value) => value > 0) ?? 0.001;
  const choose = (/** @type {string} */ value) =>
    update({ regularizer: { kind: value, ...(value !== "none" && rate === 0 ? { rate: usual } : {}) } });
  return html`
    <${Field} label=${title} help="regularizer" chosen=${entryOf("regularizers", kind)} group>
      <${Segmented} label=${title} value=${kind} options=${optionsOf("regularizers")} onChange=${choose} />
    <//>
    <${Slider} ...${sliderProps("regularization_rate")} value=${rate} disabled=${kind === "none"}
      onChange=${(/** @type {number} */ value) => update({ regularizer: { rate: value } })} />
  `;
}

export function OutputActivation() {
  const current = spec.value;
  if (!current) return null;
  const classes = run.value?.network.layers.at(-1)?.units ?? 1;
  const fits = (/** @type {string} */ name) => {
    if (current.loss === "cross_entropy") return name === (classes > 1 ? "softmax" : "sigmoid");
    if (current.loss === "hinge") return name === "linear";
    return name !== "softmax" || classes > 1;
  };
  const options = optionsOf("activations");
  if (!options.some(({ value }) => value === SOFTMAX.name))
    options.push({ value: SOFTMAX.name, label: SOFTMAX.label, title: SOFTMAX.explanation });
  const chosen = entryOf("activations", current.output.activation) ?? SOFTMAX;
  return html`<${Select}
    label=${label("output_activation", "Output activation")} help="output_activation" chosen=${chosen} value=${current.output.activation}
    options=${options.map((option) => ({ ...option, disabled: !fits(option.value) }))}
    onChange=${(/** @type {string} */ activation) => update({ output: { activation } })}
  />`;
}

/** The initial weights: rule, size, bias, seed. */
export function InitialWeights() {
  const current = spec.value;
  if (!current) return null;
  const { kind, scale = 1, bias = 0 } = current.initializer;
  const scaled = SCALED_INITIALIZERS.includes(kind);
  const dice = html`<${IconButton} icon="dice" label="New start with a new seed" onClick=${() => newStart()} />`;
  return html`
    <${Select}
      label=${label("initializer", "Initial weights")} help="initializer" chosen=${entryOf("initializers", kind)}
      value=${kind} options=${optionsOf("initializers")}
      onChange=${(/** @type {string} */ value) => update({ initializer: { kind: value, scale: null } })}
    />
    ${
      scaled &&
      html`<${Slider} ...${sliderProps("initializer_scale")} value=${scale}
      onChange=${(/** @type {number} */ value) => update({ initializer: { scale: value } })} />`
    }
    <${NumberField} label=${label("bias", "Bias at the start")} help="bias" value=${bias}
      min=${controlOf("bias")?.minimum ?? 0} max=${controlOf("bias")?.maximum ?? 0}
      onChange=${(/** @type {number} */ value) => update({ initializer: { bias: value } })} />
    <${NumberField} label=${label("seed", "Seed")} help="seed" value=${current.seed} min=${0} max=${LARGEST_SEED} integer
      after=${dice} onChange=${(/** @type {number} */ seed) => update({ seed })} />
  `;
}

export function Arithmetic() {
  const current = spec.value;
  if (!current) return null;
  const title = label("precision", "Precision");
  const options = [
    { value: "float32", label: "32 bit" },
    { value: "float64", label: "64 bit" },
  ];
  return html`
    <${Field} label=${label("shuffle", "Shuffle")} help="shuffle" group class="field-switch">
      <${Switch} label="New order every epoch" checked=${current.shuffle}
        onChange=${(/** @type {boolean} */ shuffle) => update({ shuffle })} />
    <//>
    <${Field} label=${title} help="precision" group>
      <${Segmented} label=${title} small value=${current.dtype} options=${options}
        onChange=${(/** @type {string} */ dtype) => update({ dtype })} />
    <//>
  `;
}
