// The data: which set, how noisy, how much of it trains. Or the user's own points, and what they are.

import { tileSets } from "../core/catalog.js";
import { whole } from "../core/format.js";
import { inert } from "../core/inert.js";
import { catalog, spec, task, update, yourData } from "../core/store.js";
import { sliderProps } from "../panels/learning.js";
import { Button } from "../ui/button.js";
import { FieldHelp } from "../ui/fieldhelp.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";
import { Segmented } from "../ui/segmented.js";
import { Slider } from "../ui/slider.js";
import { finishDrawing, startDrawing } from "./drawpoints.js";
import { backToReadyMade, classesOf, inUse, own, setShare, targetLost, useOwn } from "./owndata.js";
import { ScaleWords } from "./scalewords.js";
import { ClassCounts, PointsCanvas, Tiles } from "./tiles.js";
import { counted } from "./wording.js";

/** @typedef {import("./owndata.js").OwnData} OwnData */

const LARGEST_SEED = 2 ** 32;
const TASKS = [
  { value: "classification", label: "Classification" },
  { value: "regression", label: "Regression" },
];
const OWN_AS_GIVEN = "Your own points are used as they are";

/** @param {number} value */
const percent = (value) => `${Math.round(value * 100)}\u202F%`;

/** @param {string} kind */
function choose(kind) {
  finishDrawing();
  if (inUse.value) own.value = inUse.value;
  update({ dataset: { kind } });
}

/** The first set of a task stands for it. @param {string} name */
function chooseTask(name) {
  const entry = tileSets().find((each) => each.task === name);
  if (entry && name !== task.value) choose(entry.name);
}

/** The points of one's own as the tile shows them. @param {OwnData} data */
function thumbnail(data) {
  const labels = classesOf(data).map((each) => each.label);
  const step = Math.max(1, Math.floor(data.points.length / 120));
  const rows = data.points
    .filter((_, index) => index % step === 0)
    .map(({ x1, x2, label }) => [x1, x2, data.task === "regression" ? Number(label) : labels.indexOf(label)]);
  return { rows, task: data.task };
}

/** One's own points: kept ones to use again, and the two ways to make some. */
function OwnTile() {
  const kept = inUse.value ?? own.value;
  return html`
    <div class="owntile" role="group" aria-label="Your data">
      <div class="owntile-face" data-chosen=${Boolean(inUse.value)}>
        ${
          kept && kept.points.length > 0
            ? html`<button
            key="use" type="button" class="owntile-use" aria-pressed=${Boolean(inUse.value)} aria-label="Use your points"
            title=${inUse.value ? "Your points are in use" : "Use your points again"} onClick=${() => inUse.value || useOwn(kept)}
          ><${PointsCanvas} sample=${thumbnail(kept)} /></button>`
            : html`<span class="owntile-name">Your data</span>`
        }
        <button key="draw" type="button" class="owntile-way" onClick=${() => {
          yourData.value = "draw";
        }}><${Icon} name="pencil" size=${18} />Draw</button>
        <button key="csv" type="button" class="owntile-way" onClick=${() => {
          yourData.value = "csv";
        }}><${Icon} name="table" size=${18} />CSV</button>
      </div>
    </div>
  `;
}

/** What the own points in use are. @param {{data: OwnData}} props */
function OwnSummary({ data }) {
  const classes = classesOf(data);
  const edit = () => {
    if (data.source === "csv") yourData.value = "csv";
    else startDrawing(data);
  };
  return html`
    <div class="ownsummary">
      <p class="ownsummary-name">${inert(data.name)}</p>
      <p class="classcounts">
        ${classes.length === 0 ? counted(data.points.length, "point") : html`<${ClassCounts} classes=${classes} />`}
      </p>
      <${ScaleWords} axes=${data.axes} target=${data.target} lost=${targetLost(data)} />
      <p class="ownsummary-ways">
        <button type="button" class="link" onClick=${edit}>Edit</button>
        <button type="button" class="link" onClick=${backToReadyMade}>Back to ready-made sets</button>
      </p>
    </div>
  `;
}

function NewPoints() {
  const draw = () => update({ dataset: { seed: Math.floor(Math.random() * LARGEST_SEED) } });
  return html`<${Button} icon="dice" title="Other points of the same kind" onClick=${draw}>Draw new points<//>`;
}

function DataSliders() {
  const current = spec.value;
  if (!current) return null;
  const { dataset, batch_size: batchSize } = current;
  const data = inUse.value;
  const noise = sliderProps("noise");
  const share = data ? data.share : (dataset.train_fraction ?? 0.5);
  const setting = (/** @type {string} */ name) => (/** @type {number} */ value) =>
    update({ dataset: { [name]: value } });
  const entry = catalog.value?.datasets.find((each) => each.name === dataset.kind);
  const about = entry && { label: entry.label, explanation: entry.noise_explanation };
  return html`
    <div class="datasliders">
      <div title=${data ? OWN_AS_GIVEN : null}>
        <${Slider} ...${noise} value=${dataset.noise ?? 0} format=${percent} disabled=${Boolean(data)} chosen=${about} onChange=${setting("noise")} />
      </div>
      <${Slider} ...${sliderProps("train_fraction")} value=${share} format=${percent} onChange=${data ? setShare : setting("train_fraction")} />
      <${Slider} ...${sliderProps("batch_size")} value=${batchSize} onChange=${(/** @type {number} */ value) => update({ batch_size: value })} />
      <div title=${data ? OWN_AS_GIVEN : null}>
        <${Slider}
          ...${sliderProps("samples")} value=${data ? data.points.length : (dataset.samples ?? 500)} format=${whole}
          disabled=${Boolean(data)} onChange=${setting("samples")}
        />
      </div>
      ${data ? html`<${OwnSummary} data=${data} />` : html`<${NewPoints} />`}
    </div>
  `;
}

/** @param {{title?: boolean}} props a phone's sheet has the title already */
export function DataPanel({ title = true }) {
  const entries = tileSets().filter((each) => each.task === task.value);
  const kind = spec.value?.dataset.kind ?? "";
  const set = entries.find((each) => each.name === kind);
  return html`
    <div class="datapanel">
      <div class="datapanel-head">
        ${title && html`<h2 class="head">Data</h2>`}
        <${FieldHelp} control="task" chosen=${set} also=${["data_seed"]} about="Data" />
        <${Segmented} label="Task" value=${task.value} options=${TASKS} small onChange=${chooseTask} />
      </div>
      <${Tiles} entries=${entries} chosen=${kind} onChoose=${choose}><${OwnTile} /><//>
      <${DataSliders} />
    </div>
  `;
}
