/** Build a network from cards: every layer with its shape, its parameters and its cost, before it is used. */

import { useEffect, useRef } from "preact/hooks";
import { Card, Facts } from "../../cards/card.js";
import {
  add,
  canRedo,
  canUndo,
  differs,
  discard,
  keepChecking,
  lastVerdict,
  redoEdit,
  shown,
  unchecked,
  undoEdit,
  use,
  verdict,
} from "../../cards/compose.js";
import { ADDED, byLayer } from "../../cards/rules.js";
import { whole } from "../../core/format.js";
import { run, spec } from "../../core/store.js";
import { Button } from "../../ui/button.js";
import { html } from "../../ui/html.js";
import { classes, side } from "./current.js";

const KILOBYTE = 1000;
const MOST_LAYERS = 16;

export function Cards() {
  useEffect(keepChecking, []);
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const word = lastVerdict.value;
  const known = verdict.value !== null;
  const infos = word?.network?.layers ?? [];
  const sound = word?.answer.valid ?? true;
  const issues = byLayer(known ? (word?.answer.errors ?? []) : []);
  const image = [1, side.value, side.value];
  const layers = shown.value;
  /** As many cards as the server's word is about; a sound part ends before its own output layer. */
  const told = sound ? layers.length : infos.length - 1;
  const infoAt = (/** @type {number} */ at) =>
    at < told && infos[at]?.kind === layers[at]?.kind ? infos[at] : undefined;
  const shapeAfter = (/** @type {number} */ at) => (at < 0 ? image : infoAt(at)?.output);
  const insert = (/** @type {string} */ kind) => {
    const at = add(kind);
    requestAnimationFrame(() =>
      list.current?.children[at + 1]?.scrollIntoView({ block: "nearest", inline: "nearest" }),
    );
  };
  return html`<div class="cards-panel">
    <${Head} />
    <div class="cards-add" role="group" aria-label="Add a layer">
      ${ADDED.map(
        ({ kind, word: name }) => html`<${Button} key=${kind} icon="plus" disabled=${layers.length >= MOST_LAYERS}
        onClick=${() => insert(kind)}>${name}<//>`,
      )}
    </div>
    <ol class="cards" ref=${list} aria-label="Layers, from the image to the answer">
      <li class="card card-end"><h4>Image</h4>
        <div class="card-facts"><p class="card-shape">${side.value} × ${side.value}</p><p class="card-cost">${whole(side.value ** 2)} numbers from 0 to 1</p></div></li>
      ${layers.map(
        (layer, at) =>
          html`<${Card} key=${at} layer=${layer} at=${at} info=${infoAt(at)} before=${shapeAfter(at - 1)} known=${known} issues=${issues.get(at) ?? []} />`,
      )}
      <li class="card card-end"><h4>Answer</h4>
        <p class="card-fields">${classes.value.length} classes, ${spec.value?.output.activation ?? ""}</p><${Facts} layer=${null} info=${sound ? infos.at(-1) : undefined} before=${shapeAfter(layers.length - 1)} /></li>
    </ol>
    ${(issues.get(-1) ?? []).map(({ message }) => html`<p class="lab-bad" role="status" key=${message}>${message}</p>`)}
    ${unchecked.value && html`<p class="lab-bad" role="status">${unchecked.value}</p>`}
  </div>`;
}

/** What the network on the cards would take, and what to do with it. */
function Head() {
  const word = verdict.value;
  const ready = differs.value && word?.answer.valid === true;
  const why = differs.value ? "Something on the cards does not fit yet" : "This network is in use already";
  return html`<header class="cards-head">
    <div class="lab-head">
      <h3>Build a network</h3>
      <p class="lab-sub" role="status">${totals()}</p>
    </div>
    <div class="cards-actions">
      <${Button} kind="plain" icon="undo" disabled=${!canUndo.value} onClick=${undoEdit}>Undo<//>
      <${Button} kind="plain" icon="redo" disabled=${!canRedo.value} onClick=${redoEdit}>Redo<//>
      <${Button} kind="plain" disabled=${!differs.value} onClick=${discard}>Back to the one in use<//>
      <${Button} kind="primary" disabled=${!ready} title=${ready ? null : why} onClick=${use}>Use this network<//>
    </div>
  </header>`;
}

/** Parameters, work and memory in a sentence. */
function totals() {
  const word = verdict.value;
  if (!word) return "Checking …";
  const { cost } = word.answer;
  if (!cost) return "It does not fit together yet: see the marked card.";
  const size = `${whole(cost.parameters)} parameters, ${whole(cost.multiply_adds)} multiplications to learn from one image, ${whole(Math.ceil(cost.bytes / KILOBYTE))} kB`;
  const now = run.value?.network.parameters;
  return differs.value && now !== undefined ? `${size}. The one in use has ${whole(now)} parameters.` : `${size}.`;
}
