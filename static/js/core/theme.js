/** Light, dark, or as the system says; and which arrangement of the page the window is wide enough for. */

import { effect } from "@preact/signals";
import { appearance, large, layout, patterns, theme } from "./state.js";

const KEY = "neuronpark.theme";
const PATTERNS = "neuronpark.patterns";

export function startTheme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") theme.value = chosen;
  patterns.value = kept(PATTERNS) === "on";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const settle = () => {
    const { value } = theme;
    if (value === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = value;
    appearance.value = value === "auto" ? (dark.matches ? "dark" : "light") : value;
  };
  effect(settle);
  dark.addEventListener("change", settle);
}

/** @param {"auto" | "light" | "dark"} chosen */
export function setTheme(chosen) {
  theme.value = chosen;
  keep(KEY, chosen === "auto" ? null : chosen);
}

/** Signs told by hatching and dashes as well as by colour, from now on. @param {boolean} on */
export function setPatterns(on) {
  patterns.value = on;
  keep(PATTERNS, on ? "on" : null);
}

/** @param {string} key @param {string | null} value */
function keep(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

/** @param {string} key */
function kept(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function startLayout() {
  const phone = matchMedia("(width < 720px)");
  const tablet = matchMedia("(width < 1240px)");
  const desktop = matchMedia("(width < 1400px)");
  const lecture = matchMedia("(width >= 1800px) and (height >= 980px)");
  const settle = () => {
    layout.value = phone.matches ? "phone" : tablet.matches ? "tablet" : desktop.matches ? "desktop" : "wide";
    large.value = lecture.matches;
  };
  settle();
  for (const query of [phone, tablet, desktop, lecture]) query.addEventListener("change", settle);
}
