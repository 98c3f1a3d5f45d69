/**
 * The page's one shared door: signals to read, actions to call, probes to watch.
 * Views import from here and never touch the socket.
 */

export {
  command,
  goBack,
  newStart,
  redo,
  replaceSpec,
  reset,
  restoreWeights,
  setParameter,
  setSpeed,
  step,
  togglePlay,
  undo,
  update,
} from "./actions.js";
export { goOnFromHere, lookAt, lookAtEpoch } from "./past.js";
export { tryAgain, watch } from "./session.js";
export {
  appearance,
  catalog,
  connection,
  curve,
  curveVersion,
  dataset,
  discretize,
  drawMode,
  frame,
  hoveredUnit,
  large,
  layout,
  lossScale,
  metrics,
  notice,
  past,
  patterns,
  pendingState,
  probePoint,
  progress,
  run,
  selectedUnit,
  sheet,
  showTest,
  spec,
  speed,
  state,
  task,
  theme,
  yourData,
} from "./state.js";
export { toast } from "./toast.js";
