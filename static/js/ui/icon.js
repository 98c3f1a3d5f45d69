/** The page's icons: a 20 grid, 1.6 stroke, round caps, in the colour of the text around them. */

import { html } from "./html.js";

/** @type {{ [name: string]: { d: string, fill?: string, dots?: string } }} d is drawn as a stroke, fill is filled as well */
const PATHS = {
  play: { d: "", fill: "M6.5 4.2v11.6L15.5 10z" },
  pause: { d: "", fill: "M5.8 4.5h2.4v11H5.8zM11.8 4.5h2.4v11h-2.4z" },
  step: { d: "M15 4.5v11", fill: "M5 4.7v10.6L12.5 10z" },
  restart: { d: "M4 4.5v11M15.5 15v-2.5a4 4 0 0 0-4-4H7M10 5.5l-3 3 3 3" },
  replay: { d: "M4.5 10a5.7 5.7 0 1 0 1.9-4.2L4.5 7.5M4.5 4v3.5H8" },
  dice: {
    d: "M5.5 3.5h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2z",
    dots: "M7.2 7.2v.1M12.8 7.2v.1M10 10v.1M7.2 12.8v.1M12.8 12.8v.1",
  },
  plus: { d: "M10 4.5v11M4.5 10h11" },
  minus: { d: "M4.5 10h11" },
  close: { d: "M5 5l10 10M15 5L5 15" },
  down: { d: "M5.5 8l4.5 4.5L14.5 8" },
  up: { d: "M5.5 12.5L10 8l4.5 4.5" },
  back: { d: "M12.5 4.5L7 10l5.5 5.5" },
  next: { d: "M7.5 4.5L13 10l-5.5 5.5" },
  check: { d: "M4.5 10.5l3.7 3.7 7.3-8" },
  clock: { d: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 6v4.2l2.8 1.8" },
  moon: { d: "M16 11.6A6.5 6.5 0 1 1 8.4 4a5.2 5.2 0 0 0 7.6 7.6z" },
  sun: {
    d: "M13.2 10a3.2 3.2 0 1 1-6.4 0 3.2 3.2 0 0 1 6.4 0zM10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1",
  },
  auto: { d: "M16.5 10a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0z", fill: "M10 3.5a6.5 6.5 0 0 1 0 13z" },
  share: { d: "M10 12V3M6.5 6L10 2.8 13.5 6M5.5 9.5h-1v7h11v-7h-1" },
  pencil: { d: "M4 16l.8-3.5L13 4.3a1.6 1.6 0 0 1 2.3 0l.4.4a1.6 1.6 0 0 1 0 2.3L7.5 15.2zM11.5 5.8l2.7 2.7" },
  table: {
    d: "M4.5 4h11a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM3.5 8h13M3.5 12h13M8.5 8v8",
  },
  info: { d: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM10 9.3v4M10 6.6v.1" },
  burst: { d: "M3 15.5c3.5 0 4-2 5-5.5s2-3 3 0M11 10l5.5-6M12.5 3.5l4 .5-.2 4" },
  sliders: {
    d: "M3 6.5h7M14.5 6.5H17M3 13.5h2.5M10 13.5h7M14.5 6.5a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0zM10 13.5a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0z",
  },
  scatter: { d: "M3.5 3.5v13h13", dots: "M8 12.5v.1M11 9.5v.1M14.5 11.5v.1M13.5 6.5v.1M9 8v.1" },
  net: {
    d: "M6.5 5.5a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0zM6.5 14.5a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0zM17 10a1.8 1.8 0 1 1-3.6 0 1.8 1.8 0 0 1 3.6 0zM6.3 6.4l7.2 2.9M6.3 13.6l7.2-2.9",
  },
  curve: { d: "M3.5 3.5v13h13M6.5 4c.5 6 3 9 9.5 9.5" },
  bulb: { d: "M7.5 13.2c0-1.7-2.5-2.5-2.5-5.4a5 5 0 0 1 10 0c0 2.9-2.5 3.7-2.5 5.4zM8 16.5h4" },
  menu: { d: "M3.5 5.5h13M3.5 10h13M3.5 14.5h13" },
  more: { d: "", dots: "M5 10v.1M10 10v.1M15 10v.1" },
  copy: {
    d: "M8 7h7.5a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zM13 7V4.5a1 1 0 0 0-1-1H4.5a1 1 0 0 0-1 1V12a1 1 0 0 0 1 1H7",
  },
  download: { d: "M10 3v9M6.5 9l3.5 3.2L13.5 9M4 13.5v3h12v-3" },
  upload: { d: "M10 12.5v-9M6.5 6.5L10 3.3l3.5 3.2M4 13.5v3h12v-3" },
  erase: {
    d: "M8.5 16.5l-5-5a1.4 1.4 0 0 1 0-2l6-6a1.4 1.4 0 0 1 2 0l4.5 4.5a1.4 1.4 0 0 1 0 2l-6.5 6.5zM6.5 6.5l6.5 6.5M8.5 16.5h8",
  },
  trash: { d: "M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11" },
  undo: { d: "M4 8h8a4 4 0 0 1 0 8H8M7.5 4.5L4 8l3.5 3.5" },
  redo: { d: "M16 8H8a4 4 0 0 0 0 8h4M12.5 4.5L16 8l-3.5 3.5" },
};

/**
 * Beside a word it is decoration; alone it needs a `label`.
 * @param {{ name: string, size?: number, label?: string }} props
 */
export function Icon({ name, size = 20, label }) {
  const { d, fill, dots } = PATHS[name];
  return html`<svg
    class="icon" viewBox="0 0 20 20" width=${size} height=${size} fill="none" stroke="currentColor" stroke-width="1.6"
    stroke-linecap="round" stroke-linejoin="round" role=${label ? "img" : null} aria-label=${label}
    aria-hidden=${label ? null : "true"}
  >
    ${d && html`<path d=${d} />`}
    ${fill && html`<path d=${fill} fill="currentColor" />`}
    ${dots && html`<path d=${dots} stroke-width="2.2" />`}
  </svg>`;
}

/** The mark: a trunk with three round crowns, which is also a small network. @param {{ size?: number }} props */
export function Mark({ size = 26 }) {
  return html`<svg class="mark" viewBox="0 0 26 26" width=${size} height=${size} aria-hidden="true">
    <path
      d="M13 24V7M13 18.5C8 17.5 5.5 15 5.5 10.5M13 18.5C18 17.5 20.5 15 20.5 10.5"
      fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"
    />
    <g fill="currentColor"><circle cx="13" cy="4.6" r="3.6" /><circle cx="4.8" cy="9.6" r="3.4" /><circle cx="21.2" cy="9.6" r="3.4" /></g>
  </svg>`;
}
