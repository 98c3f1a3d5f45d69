/** The page's arrangement: which part stands where, on a desk, on a tablet and on a phone. */

import { layout, state } from "../core/store.js";
import { DataPanel } from "../data/datapanel.js";
import { DrawBar } from "../data/drawbar.js";
import { Coach } from "../data/firstvisit.js";
import { TryThis } from "../data/ideas.js";
import { TroubleCard } from "../data/trouble.js";
import { YourDataDialog } from "../data/yourdata.js";
import { html } from "../ui/html.js";
import { Explain } from "../views/explain.js";
import { LossChart } from "../views/losschart.js";
import { NetworkView } from "../views/network.js";
import { OutputPlot } from "../views/plot.js";
import { ControlBar } from "./controlbar.js";
import { Header } from "./header.js";
import { HelpDialog } from "./help.js";
import { Notices } from "./notices.js";
import { PhonePage } from "./phone.js";
import { Stats } from "./stats.js";

export function App() {
  return html`
    <${Header} />
    ${layout.value === "phone" ? html`<${PhonePage} />` : html`<${ControlBar} /><${DeskPage} />`}
    <${Notices} />
    <${YourDataDialog} />
    <${HelpDialog} />
  `;
}

/** Three columns, or two rows on a tablet: the grid in layout.css decides. */
function DeskPage() {
  return html`
    <main class="page" id="main" tabindex="-1">
      <h1 class="hidden">Neural network playground</h1>
      <section class="column column-data" aria-label="Data"><${DataPanel} /><${TryThis} /></section>
      <section class="column column-network" aria-label="Network">
        <${NetworkView} />
        ${state.value === "diverged" ? html`<${TroubleCard} />` : html`<${Explain} />`}
      </section>
      <section class="column column-output" aria-label="Output">
        <${DrawBar} />
        <${OutputPlot}><${Coach} /><//>
        <${Stats} />
        <${LossChart} />
      </section>
    </main>
  `;
}
