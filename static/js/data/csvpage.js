// The page of the Your data dialog for tables: the text with its bad lines marked, what was read, how it is scaled.

import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { whole } from "../core/format.js";
import { inert } from "../core/inert.js";
import { toast } from "../core/store.js";
import { Button } from "../ui/button.js";
import { Field } from "../ui/field.js";
import { html } from "../ui/html.js";
import { Segmented } from "../ui/segmented.js";
import { Select } from "../ui/select.js";
import { Slider } from "../ui/slider.js";
import { buildPoints, chooseColumns } from "./columns.js";
import { MAX_ROWS, parseCsv } from "./csv.js";
import { csvName, csvText, PASTED, useOwn } from "./owndata.js";
import { ownPoints } from "./pointset.js";
import { ScaleWords } from "./scalewords.js";
import { fitAxes, fitTarget, scalePoints } from "./scaling.js";
import { readTextFile } from "./textfile.js";
import { ClassCounts, PointsCanvas } from "./tiles.js";
import { counted, problemSentence } from "./wording.js";

/** @typedef {import("./csv.js").Table} Table */
/** @typedef {import("./csv.js").Problem} Problem */
/** @typedef {import("./columns.js").Choice} Choice */

const PARSE_DELAY = 150;
const LISTED = 20;
const MARKED = 200;
const PREVIEW_POINTS = 1500;
const EXAMPLE = "0.88, -3.32, orange\n-5.66, 0.39, blue\n-1.85, -0.88, orange";
const SHARES = Array.from({ length: 17 }, (_, index) => (10 + 5 * index) / 100);

/** @param {number} value */
const percent = (value) => `${Math.round(value * 100)}\u202F%`;

/** Takes a chosen or dropped file into the text. @param {File | undefined} file */
export async function takeFile(file) {
  if (!file) return;
  const read = await readTextFile(file);
  if ("error" in read) {
    toast(read.error, { bad: true });
    return;
  }
  csvText.value = read.text;
  csvName.value = file.name;
}

/**
 * Everything that follows from a table and the chosen columns.
 * @param {Table} table
 * @param {Choice} choice
 */
function interpret(table, choice) {
  const built = buildPoints(table, choice);
  if (built.points.length === 0) return { ...built, axes: null, target: null, scaled: [] };
  const nameOf = (/** @type {number} */ index) => table.columns[index]?.name ?? "";
  const axes = fitAxes(table.header ? [nameOf(choice.x1), nameOf(choice.x2)] : ["x₁", "x₂"], built.points);
  const values = choice.labelKind === "number" ? built.points.map((point) => Number(point[2])) : null;
  const target = values && fitTarget(nameOf(choice.label), values);
  return { ...built, axes, target, scaled: scalePoints(built.points, axes, target) };
}

/** @typedef {ReturnType<typeof interpret>} Reading */

/** The lines of a text that are marked, with where each begins. @param {string} text @param {Problem[]} problems */
function markedLines(text, problems) {
  const wanted = new Set(problems.slice(0, MARKED).map((problem) => problem.line));
  /** @type {{line: number, text: string}[]} */
  const found = [];
  let start = 0;
  for (let line = 1; found.length < wanted.size && start <= text.length; line += 1) {
    const end = text.indexOf("\n", start) < 0 ? text.length : text.indexOf("\n", start);
    if (wanted.has(line)) found.push({ line, text: text.slice(start, Math.min(end, start + 300)) });
    start = end + 1;
  }
  return found;
}

/** Puts the cursor on a line and brings it into view. @param {HTMLTextAreaElement | null} area @param {number} line */
function goToLine(area, line) {
  if (!area) return;
  let start = 0;
  for (let at = 1; at < line; at += 1) start = area.value.indexOf("\n", start) + 1;
  const end = area.value.indexOf("\n", start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = Math.max(0, (line - 3) * Number.parseFloat(getComputedStyle(area).lineHeight));
}

/**
 * The text, with the bad lines marked but for the one that is being written.
 * @param {{area: {current: HTMLTextAreaElement | null}, problems: Problem[], describedby: string}} props
 */
function MarkedText({ area, problems, describedby }) {
  const id = useId();
  const marks = useRef(/** @type {HTMLElement | null} */ (null));
  const caretLine = useSignal(0);
  const lines = useMemo(() => markedLines(csvText.value, problems), [problems]);
  const scrolled = () => {
    if (!area.current || !marks.current) return;
    marks.current.style.transform = `translate(${-area.current.scrollLeft}px, ${-area.current.scrollTop}px)`;
  };
  const follow = () => {
    const element = area.current;
    if (!element) return;
    const before = element.value.slice(0, element.selectionStart);
    caretLine.value = document.activeElement === element ? before.split("\n").length : 0;
  };
  const onInput = (/** @type {Event} */ event) => {
    csvText.value = /** @type {HTMLTextAreaElement} */ (event.target).value;
    if (csvText.value === "") csvName.value = PASTED;
    follow();
  };
  return html`
    <div class="csvtext">
      <label class="field-label" for=${id}>One point per line: x₁, x₂, class</label>
      <div class="csvtext-frame">
        <textarea
          id=${id} ref=${area} class="csvtext-area" wrap="off" spellcheck=${false} autocomplete="off" autocapitalize="off"
          placeholder=${EXAMPLE} value=${csvText.value} aria-describedby=${describedby}
          onInput=${onInput} onScroll=${scrolled} onSelect=${follow} onFocus=${follow} onBlur=${follow} onKeyUp=${follow}
        ></textarea>
        <div class="csvtext-window" aria-hidden="true"><div class="csvtext-marks" ref=${marks}>
          ${lines.map(
            ({ line, text }) =>
              line !== caretLine.value && html`<span key=${line} style=${{ "--line": line - 1 }}>${text || " "}</span>`,
          )}
        </div></div>
      </div>
    </div>
  `;
}

/** @param {{problems: Problem[], total: number, onLine: (line: number) => void}} props */
function ProblemList({ problems, total, onLine }) {
  if (total < 2) return null;
  const shown = problems.slice(0, LISTED);
  return html`
    <details class="csvproblems" open>
      <summary>${counted(total, "line is skipped", "lines are skipped")}</summary>
      <ul>
        ${shown.map(
          (problem) => html`<li key=${problem.line}>
            <button type="button" class="link" onClick=${() => onLine(problem.line)}>Line ${whole(problem.line)}</button> ${problem.reason}
          </li>`,
        )}
        ${total > shown.length && html`<li>and ${whole(total - shown.length)} more</li>`}
      </ul>
    </details>
  `;
}

/** How much was read, and the first thing that was not. @param {{id: string, table: Table, reading: Reading, total: number}} props */
function Verdict({ id, table, reading, total }) {
  const [first] = reading.problems;
  return html`
    <p class="csvverdict" id=${id} role="status">
      ${reading.points.length > 0 && html`<strong>${counted(reading.points.length, "point")} read.</strong> `}
      ${reading.error ? html`<span class=${csvText.value.trim() ? "csverror" : "hint"}>${reading.error}</span>` : null}
      ${total === 1 && first && reading.points.length > 0 ? ` ${problemSentence(first)}` : null}
      ${table.unused > 0 ? ` The first ${whole(MAX_ROWS)} rows are used; ${whole(table.unused)} more are not.` : null}
    </p>
  `;
}

/** @param {{table: Table, choice: Choice, onChange: (choice: Choice) => void}} props */
function ColumnChoosers({ table, choice, onChange }) {
  if (table.columns.length === 0) return null;
  const column = (/** @type {"x1" | "x2" | "label"} */ name, /** @type {string} */ label) => html`<${Select}
    label=${label} value=${`${choice[name]}`}
    options=${[
      ...(choice[name] < 0 ? [{ value: "-1", label: "Choose" }] : []),
      ...table.columns.map((each, index) => ({
        value: `${index}`,
        label: inert(each.name),
        disabled: name !== "label" && each.kind !== "number",
      })),
    ]}
    onChange=${(/** @type {string} */ value) => onChange({ ...choice, [name]: Number(value) })}
  />`;
  return html`
    <div class="csvcolumns">
      ${column("x1", "x₁")} ${column("x2", "x₂")} ${column("label", "Label")}
      <${Field} label="The label is" group>
        <${Segmented}
          label="The label is" value=${choice.labelKind}
          options=${[
            { value: "class", label: "a class" },
            { value: "number", label: "a number", disabled: table.columns[choice.label]?.kind !== "number" },
          ]}
          onChange=${(/** @type {"class" | "number"} */ labelKind) => onChange({ ...choice, labelKind })}
        />
      <//>
    </div>
  `;
}

/** @param {{reading: Reading}} props */
function Preview({ reading }) {
  const labels = reading.classes.map((each) => each.label);
  const step = Math.max(1, Math.ceil(reading.scaled.length / PREVIEW_POINTS));
  const task = labels.length > 0 ? "classification" : "regression";
  const sample = useMemo(() => {
    const some = reading.scaled.filter((_, index) => index % step === 0);
    return {
      task,
      rows: some.map(([x1, x2, label]) => [x1, x2, labels.length ? labels.indexOf(label) % 10 : Number(label)]),
    };
  }, [reading]);
  return html`
    <div class="csvpreview">
      <p class="field-label">Preview, scaled to fit</p>
      <div class="csvpreview-face"><${PointsCanvas} sample=${sample} /></div>
      <p class="classcounts"><${ClassCounts} classes=${reading.classes.slice(0, 10)} /></p>
      <${ScaleWords} axes=${reading.axes} target=${reading.target} />
    </div>
  `;
}

/** The table that is in the text, read a moment after the last key. */
function useTable() {
  const text = useSignal(csvText.peek());
  useEffect(() => {
    const timer = setTimeout(() => {
      text.value = csvText.value;
    }, PARSE_DELAY);
    return () => clearTimeout(timer);
  }, [csvText.value]);
  return useMemo(() => parseCsv(text.value), [text.value]);
}

/** @param {{onDone: () => void}} props */
export function CsvPage({ onDone }) {
  const area = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const file = useRef(/** @type {HTMLInputElement | null} */ (null));
  const verdict = useId();
  const share = useSignal(0.5);
  const table = useTable();
  const chosen = useSignal(/** @type {{columns: string, choice: Choice} | null} */ (null));
  const columns = table.columns.map((column) => column.name).join("\n");
  const choice = chosen.value?.columns === columns ? chosen.value.choice : chooseColumns(table);
  const reading = useMemo(() => interpret(table, choice), [table, JSON.stringify(choice)]);
  const total = reading.problems.length + table.problemCount - table.problems.length;
  const usable = reading.error === null && reading.points.length > 0;
  const use = () => {
    const task = choice.labelKind === "class" ? "classification" : "regression";
    const { axes, target } = reading;
    useOwn({
      task,
      points: ownPoints(reading.scaled, task),
      axes,
      target,
      source: "csv",
      name: csvName.value,
      share: share.value,
    });
    onDone();
  };
  return html`
    <div class="csvpage">
      <div class="csvpage-halves">
        <${MarkedText} area=${area} problems=${reading.problems} describedby=${verdict} />
        <${Preview} reading=${reading} />
        <div class="csvpage-words">
          <${Verdict} id=${verdict} table=${table} reading=${reading} total=${total} />
          <${ProblemList} problems=${reading.problems} total=${total} onLine=${(/** @type {number} */ line) => goToLine(area.current, line)} />
        </div>
      </div>
      <${ColumnChoosers}
        table=${table} choice=${choice}
        onChange=${(/** @type {Choice} */ next) => {
          chosen.value = { columns, choice: next };
        }}
      />
      <footer class="csvpage-foot">
        <${Slider}
          label="Share used for training" value=${share.value} values=${SHARES} defaultValue=${0.5} format=${percent} help="train_fraction"
          onChange=${(/** @type {number} */ value) => {
            share.value = value;
          }}
        />
        <input
          ref=${file} class="hidden" type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" tabindex="-1" aria-label="File with points"
          onChange=${(/** @type {Event} */ event) => takeFile(/** @type {HTMLInputElement} */ (event.target).files?.[0])}
        />
        <${Button} onClick=${() => file.current?.click()}>Choose a file<//>
        <${Button} kind="primary" disabled=${!usable} title=${usable ? null : reading.error} onClick=${use}>Use these points<//>
      </footer>
    </div>
  `;
}
