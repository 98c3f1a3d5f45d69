/* A classic script in the head: the chosen theme is in force before the first paint. */
try {
  const chosen = localStorage.getItem("neuronpark.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; then the system's theme holds.
}
