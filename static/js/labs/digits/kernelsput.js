/** From the table into the network: the kernel as one of its filters, to be trained on or to be held. */

import { signal } from "@preact/signals";
import { command, state, toast } from "../../core/store.js";
import { Button } from "../../ui/button.js";
import { html } from "../../ui/html.js";
import { Switch } from "../../ui/switch.js";
import { useFrame } from "../../views/useframe.js";
import { setBench } from "./kernelsbench.js";
import {
  firstConvolution,
  giveFilters,
  hasRoom,
  hold,
  isHeld,
  isLayerHeld,
  kernelOf,
  putKernel,
} from "./kernelsnetwork.js";
import { Count } from "./kernelsoptions.js";
import { Cells, signedLook } from "./slide.js";

/** The filter that is written over. */
const chosen = signal(0);

/** @param {{ kernel: number[][], turned: boolean }} props */
export function IntoNetwork({ kernel, turned }) {
  const found = firstConvolution();
  return html`<section class="kernels-put" aria-label="Into the network">
    <header class="lab-head"><h3>Into the network</h3>
      <p class="lab-sub">${found ? `its first layer has ${found.filters} filters of ${found.size} × ${found.size}` : "it has no convolution that looks at the image"}</p>
    </header>
    ${
      found && found.size === kernel.length
        ? html`<${Put} found=${found} kernel=${kernel} turned=${turned} />`
        : html`<p class="lab-note">${found ? `Your kernel is ${kernel.length} × ${kernel.length}.` : "A kernel is a filter of a convolution."}</p>
        <${Button} onClick=${() => giveFilters(kernel.length)}>${found ? `Give it filters of ${kernel.length} × ${kernel.length}` : "Put a convolution in front"}<//>
        <p class="hint">The network begins again with new weights; Undo brings the old ones back.</p>`
    }
  </section>`;
}

/** @param {{ found: { filters: number }, kernel: number[][], turned: boolean }} props */
function Put({ found, kernel, turned }) {
  useFrame();
  const filter = Math.min(chosen.value, found.filters - 1);
  const number = filter + 1;
  const layerHeld = isLayerHeld();
  const held = layerHeld || isHeld(filter);
  const now = kernelOf(filter);
  const put = async (/** @type {boolean} */ train) => {
    if (!(await putKernel(filter, kernel))) return;
    if (train) command("start");
    else toast(`Filter ${number} is your kernel now.`);
  };
  return html`
    <div class="kernels-put-row">
      <${Count} label="Filter" value=${number} min=${1} max=${found.filters} onChange=${(/** @type {number} */ value) => (chosen.value = value - 1)} />
      ${now && html`<${Cells} rows=${now} look=${signedLook(now)} label=${`Filter ${number} in the network`} caption=${`filter ${number} now`} class="numgrid-small" />`}
      ${now && html`<${Button} kind="plain" onClick=${() => setBench({ name: "typed", kernel: now, flipped: false })}>Take it to the table<//>`}
    </div>
    <div class="kernels-put-row">
      <${Button} kind="primary" disabled=${state.value === "diverged"} onClick=${() => put(true)}>Put it in and train<//>
      <${Button} disabled=${state.value === "diverged"} onClick=${() => put(false)}>Put it in<//>
    </div>
    <${Switch} label=${`Hold filter ${number} while the others learn`} checked=${held} disabled=${layerHeld || (!held && !hasRoom())}
      title=${layerHeld ? "The whole layer is held; see Build" : null}
      onChange=${(/** @type {boolean} */ value) => hold(filter, value)} />
    <p class="hint">${
      turned
        ? "It goes in turned by 180°, as it lies on the image: networks do not turn their filters."
        : "Its bias becomes 0. Training goes on from there, unless the filter is held."
    }</p>
  `;
}
