/** Light, dark, or as the system says; and which arrangement of the page the window is wide enough for. */

import { effect } from "@preact/signals";
import { appearance, layout, theme } from "./state.js";

const KEY = "neuronpark.theme";

export function startTheme() {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "light" || chosen === "dark") theme.value = chosen;
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
  try {
    if (chosen === "auto") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, chosen);
  } catch {
    // Storage may be forbidden; the choice then lasts as long as the page.
  }
}

export function startLayout() {
  const phone = matchMedia("(width < 720px)");
  const tablet = matchMedia("(width < 1240px)");
  const desktop = matchMedia("(width < 1400px)");
  const settle = () => {
    layout.value = phone.matches ? "phone" : tablet.matches ? "tablet" : desktop.matches ? "desktop" : "wide";
  };
  settle();
  for (const query of [phone, tablet, desktop]) query.addEventListener("change", settle);
}
