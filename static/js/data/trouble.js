// A word when it goes wrong: why a run diverged, that nothing is lost, and the remedies as buttons.

import { goBack, reset, run } from "../core/store.js";
import { Button } from "../ui/button.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icon.js";

const NOTHING_LOST = "Nothing is lost: the weights from just before are kept.";
const WIDTH = 240;
const HEIGHT = 190;
const FLOOR = 158;
/** Weights that a too large step visits, from the middle of the valley outwards, as shares of its half width. */
const VISITED = [0.1, -0.36, 0.45, -0.67, 0.85];

/** @param {number} share of the half width @returns {[number, number]} */
const onValley = (share) => [WIDTH / 2 + share * 105, FLOOR - 7 - share * share * 128];

/** @param {[number, number]} from @param {[number, number]} to stops short of the point, so that the arrow's head shows */
function jump(from, to) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const share = (length - 8) / length;
  const end = [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
  return `M${from.map((value) => value.toFixed(1))}L${end.map((value) => value.toFixed(1))}`;
}

/** The zig-zag of steps that climb out of a valley. */
function Valley() {
  const points = VISITED.map(onValley);
  const wall = Array.from({ length: 41 }, (_, index) => onValley(index / 20 - 1).map((value) => value.toFixed(1)));
  return html`
    <svg class="trouble-drawing" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Each step crosses the valley and lands higher.">
      <defs>
        <marker id="trouble-head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">
          <path class="trouble-point" d="M0 0L8 4L0 8Z" />
        </marker>
      </defs>
      <path class="trouble-axis" d="M8 ${FLOOR + 8}H${WIDTH - 8}" />
      <path class="trouble-valley" d=${`M${wall.join("L")}`} />
      ${points
        .slice(1)
        .map(
          (point, index) =>
            html`<path key=${index} class="trouble-jump" marker-end="url(#trouble-head)" d=${jump(points[index], point)} />`,
        )}
      ${points.map(
        ([x, y], index) =>
          html`<circle key=${index} class=${index === 0 ? "trouble-start" : "trouble-point"} cx=${x} cy=${y} r="4" />`,
      )}
      <text class="trouble-label" x="2" y="11">loss</text>
      <text class="trouble-label" x=${WIDTH / 2} y=${HEIGHT - 6} text-anchor="middle">one weight</text>
    </svg>
  `;
}

/** @param {{remedies: import("../core/types.js").Diagnosis["remedies"]}} props */
function Remedies({ remedies }) {
  return html`
    <div class="trouble-remedies">
      ${remedies.map(
        ({ label, patch }, index) => html`
          <${Button} key=${label} kind=${index === 0 ? "primary" : "quiet"} icon=${index === 0 ? "replay" : undefined} onClick=${() => goBack(patch)}>
            ${label}
          <//>
        `,
      )}
      <${Button} onClick=${reset}>Start over<//>
    </div>
  `;
}

/** Takes the place of Explain while a run is diverged. */
export function TroubleCard() {
  const diagnosis = run.value?.diagnosis;
  if (!diagnosis) return null;
  const cause = diagnosis.cause.includes("Nothing is lost") ? diagnosis.cause : `${diagnosis.cause} ${NOTHING_LOST}`;
  return html`
    <section class="trouble" role="alert" aria-labelledby="trouble-title">
      <${Valley} />
      <div class="trouble-words">
        <h2 class="trouble-title" id="trouble-title"><${Icon} name="burst" />${diagnosis.title}</h2>
        <p class="trouble-cause">${cause}</p>
        <${Remedies} remedies=${diagnosis.remedies} />
      </div>
    </section>
  `;
}
