/** Own images: a tray for each class, filled from files, by dropping them or by drawing; then the network trains on them. */

import { computed, signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { settled } from "../../core/actions.js";
import { inert } from "../../core/inert.js";
import { state } from "../../core/state.js";
import { command, run, spec, toast, update } from "../../core/store.js";
import { counted } from "../../data/wording.js";
import { Button, IconButton } from "../../ui/button.js";
import { carriesFiles } from "../../ui/drop.js";
import { html } from "../../ui/html.js";
import { drawing, inked, setImage, side, source } from "./current.js";
import { trainedOn } from "./drawkept.js";
import {
  addImages,
  addTray,
  batchFor,
  countImages,
  datasetOf,
  FULL,
  LONGEST_NAME,
  MOST_CLASSES,
  MOST_IMAGES,
  missing,
  outputFor,
  removeImage,
  removeTray,
  renameTray,
  roomIn,
  sameImages,
  sized,
  startKeeping,
  trays,
} from "./ownfiles.js";
import { forget, readFiles, readingOf } from "./ownread.js";
import { rasterise } from "./raster.js";
import { Thumb } from "./thumb.js";

/** @typedef {import("./ownfiles.js").Tray} Tray */
/** @typedef {import("./ownfiles.js").OwnImage} OwnImage */

const ACCEPTED = "image/png,image/jpeg,image/gif,image/webp,image/bmp";
const DIGITS = 10;
const USUAL_BATCH = 32;
const READY_MADE = { grey: "digits", ink: "digits_ink" };

/** Whether the run trains on own images; digits with kept drawings among them are none. */
const onOwn = computed(() => spec.value?.dataset.kind === "arrays" && trainedOn.value === 0);

/** The image that is looked at, by its id. */
const chosen = signal(/** @type {number | null} */ (null));

/** What was trained on before the own images, so that one can go back to it. @type {import("../../core/types.js").Patch | null} */
let before = null;

export function OwnImages() {
  useEffect(() => {
    startKeeping(() => spec.value?.dataset);
  }, []);
  useNoStrayDrop();
  return html`<section class="own" aria-labelledby="own-head">
    <header>
      <h2 class="head" id="own-head">Your own images</h2>
      <p class="own-words">
        Give each class a few images: photographs or drawings of one thing, with ink on a plain ground. Each becomes
        ${" "}${side.value} × ${side.value} pixels, centred and scaled as the digits are. Every fourth tests the network.
      </p>
    </header>
    <div class="own-trays">
      ${trays.value.map((tray, at) => html`<${TrayCard} key=${tray.id} tray=${tray} place=${at + 1} />`)}
      <div class="own-more">
        <${Button} icon="plus" disabled=${trays.value.length >= MOST_CLASSES}
          title=${trays.value.length >= MOST_CLASSES ? `There are ${MOST_CLASSES} classes, as many as a network tells apart here.` : undefined}
          onClick=${addTray}>Add a class<//>
        <p class="hint">PNG, JPEG, GIF, WebP or BMP, up to 8 MB each. They are read by this server and not kept there.</p>
      </div>
    </div>
    <${TrainRow} />
  </section>`;
}

/** A file that misses every tray must not replace the page. */
function useNoStrayDrop() {
  useEffect(() => {
    const over = (/** @type {DragEvent} */ event) => carriesFiles(event) && event.preventDefault();
    const drop = (/** @type {DragEvent} */ event) => {
      if (!carriesFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      toast("Drop the files on the class they belong to.");
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}

/** What makes an element take files that are dropped on it. @param {number} id */
function useDrop(id) {
  const over = useSignal(false);
  const handlers = {
    onDragOver: (/** @type {DragEvent} */ event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      over.value = true;
    },
    onDragLeave: (/** @type {DragEvent} */ event) => {
      const card = /** @type {HTMLElement} */ (event.currentTarget);
      if (!card.contains(/** @type {Node | null} */ (event.relatedTarget))) over.value = false;
    },
    onDrop: (/** @type {DragEvent} */ event) => {
      over.value = false;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      readFiles(id, [...(event.dataTransfer?.files ?? [])]);
    },
  };
  return { over: over.value, handlers };
}

/** @param {{ tray: Tray, place: number }} props */
function TrayCard({ tray, place }) {
  const { over, handlers } = useDrop(tray.id);
  const { waiting } = readingOf(tray.id);
  const label = inert(tray.name.trim()) || `Class ${place}`;
  return html`<div class=${`own-tray${over ? " own-tray-over" : ""}`} role="group" aria-label=${label} aria-busy=${waiting > 0} ...${handlers}>
    <div class="own-tray-head">
      <input class="own-name" type="text" value=${tray.name} maxlength=${LONGEST_NAME} aria-label=${`Name of class ${place}`}
        autocomplete="off" spellcheck=${false}
        onInput=${(/** @type {Event} */ event) => renameTray(tray.id, /** @type {HTMLInputElement} */ (event.target).value)} />
      <span class="own-count">${tray.images.length} of ${MOST_IMAGES}</span>
      <${IconButton} icon="trash" label=${`Remove ${label}`} disabled=${trays.value.length <= 1} onClick=${() => dropTray(tray, label)} />
    </div>
    <${Images} tray=${tray} label=${label} waiting=${waiting} />
    <${Ways} tray=${tray} />
    <${Remarks} id=${tray.id} />
  </div>`;
}

/** @param {Tray} tray @param {string} label */
function dropTray(tray, label) {
  const kept = trays.value;
  removeTray(tray.id);
  toast(`${label} removed.`, { action: { label: "Undo", run: () => (trays.value = kept) } });
}

/** @param {{ tray: Tray, label: string, waiting: number }} props */
function Images({ tray, label, waiting }) {
  if (!tray.images.length && !waiting) return html`<p class="own-empty hint">Drop images here.</p>`;
  return html`<ul class="own-images" aria-label=${`Images of ${label}`}>
    ${tray.images.map((image, at) => html`<${OneImage} key=${image.id} tray=${tray} image=${image} at=${at} label=${label} />`)}
    ${Array.from({ length: waiting }, (_, at) => html`<li key=${`waiting ${at}`} class="own-image block" aria-hidden="true"></li>`)}
  </ul>`;
}

/** @param {{ tray: Tray, image: OwnImage, at: number, label: string }} props */
function OneImage({ tray, image, at, label }) {
  const show = () => {
    chosen.value = image.id;
    setImage(sized(image, side.value, inked.value), side.value);
  };
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    remove(tray, image.id);
  };
  return html`<li class="own-image">
    <button type="button" class="own-open" id=${`own-image-${image.id}`} aria-label=${`${label}, image ${at + 1}`}
      aria-pressed=${chosen.value === image.id} title="Show it to the network; Delete removes it" onClick=${show} onKeyDown=${keys}>
      <${Thumb} values=${image.values} side=${image.side} />
    </button>
  </li>`;
}

/** Take an image out; the one beside it is chosen in its place. @param {Tray} tray @param {number} id */
function remove(tray, id) {
  const kept = trays.value;
  const at = tray.images.findIndex((each) => each.id === id);
  const next = tray.images[at + 1] ?? tray.images[at - 1] ?? null;
  chosen.value = next?.id ?? null;
  removeImage(tray.id, id);
  if (next) document.getElementById(`own-image-${next.id}`)?.focus();
  toast("Image removed.", { action: { label: "Undo", run: () => (trays.value = kept) } });
}

/** The ways into a tray: files, or what is drawn. @param {{ tray: Tray }} props */
function Ways({ tray }) {
  const file = useRef(/** @type {HTMLInputElement | null} */ (null));
  const full = roomIn(tray) <= 0 ? `A class holds ${MOST_IMAGES} images.` : null;
  const drawn = source.value.kind === "drawing" && drawing.value.length > 0;
  const picked = tray.images.find(({ id }) => id === chosen.value);
  const take = (/** @type {Event} */ event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    readFiles(tray.id, [...(input.files ?? [])]);
    input.value = "";
  };
  const addDrawing = () => {
    const values = rasterise(drawing.value, FULL, false);
    if (values) addImages(tray.id, [{ values: [...values], side: FULL }]);
  };
  return html`<div class="own-ways">
    <input ref=${file} class="hidden" type="file" multiple accept=${ACCEPTED} tabindex="-1" aria-label=${`Images of ${inert(tray.name)}`} onChange=${take} />
    <${Button} disabled=${full !== null} title=${full ?? undefined} onClick=${() => file.current?.click()}>Choose files<//>
    <${Button} disabled=${!drawn || full !== null} title=${full ?? (drawn ? undefined : "Draw something first.")} onClick=${addDrawing}>Add the drawing<//>
    ${tray.images.length > 0 && html`<${Button} disabled=${!picked} title=${picked ? undefined : "Choose an image first."} onClick=${() => picked && remove(tray, picked.id)}>Remove<//>`}
  </div>`;
}

/** Why files were refused, and what of others was passed over. @param {{ id: number }} props */
function Remarks({ id }) {
  const { refused, notes } = readingOf(id);
  return html`<div class="own-remarks" role="status">
    ${
      refused.length + notes.length > 0 &&
      html`<ul>
        ${refused.map(({ name, reason }) => html`<li class="own-refused"><strong>${name}</strong> ${reason}</li>`)}
        ${notes.map(({ name, reason }) => html`<li><strong>${name}</strong> ${reason}</li>`)}
      </ul>
      <${IconButton} icon="close" label="Close these messages" size=${16} onClick=${() => forget(id)} />`
    }
  </div>`;
}

function TrainRow() {
  const filled = trays.value.filter(({ images }) => images.length > 0);
  const count = countImages(filled);
  const trained = onOwn.value && sameImages(spec.value?.dataset, datasetOf(filled, side.value, inked.value));
  const reason = trained ? "The network trains on exactly these." : missing(filled);
  return html`<div class="own-train">
    <${Button} kind="primary" disabled=${reason !== null} title=${reason ?? undefined} onClick=${train}>
      Train on ${count ? counted(count, "image") : "your images"}
    <//>
    ${onOwn.value && html`<${Button} onClick=${goBack}>Back to the digits<//>`}
    <p class="hint" role="status">${trained ? `The network trains on these ${counted(count, "image")}.` : (reason ?? "The layers stay; the weights start anew.")}</p>
  </div>`;
}

/** Train on the images of all trays: other data for the same layers, and off it goes. */
async function train() {
  const current = spec.value;
  if (!current) return;
  const filled = trays.value.filter(({ images }) => images.length > 0);
  const { dataset: data, output, loss, batch_size } = current;
  if (!onOwn.value) before = { dataset: data, output, loss, batch_size };
  const label = `The network trains on ${counted(countImages(filled), "image")} of yours.`;
  const dataset = datasetOf(filled, side.value, inked.value);
  const smaller = batchFor(dataset.train.labels.length, batch_size);
  update({ dataset, batch_size: smaller, ...outputFor(filled.length) }, { label });
  if (await accepted("arrays")) if (state.value === "paused") await command("start");
}

function goBack() {
  const kind = inked.value ? READY_MADE.ink : READY_MADE.grey;
  update(before ?? { dataset: { kind }, batch_size: USUAL_BATCH, ...outputFor(DIGITS) }, {
    label: "The network has its digits again. Your images stay here.",
  });
}

/** Wait until the server has answered what was asked of it. @param {string} kind of data @returns {Promise<boolean>} whether the run has it now */
async function accepted(kind) {
  await settled();
  return run.value?.spec.dataset.kind === kind;
}
