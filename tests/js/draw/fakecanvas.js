// A canvas context that writes down what it is asked to draw, with the settings in force at each call.

const SETTINGS = ["strokeStyle", "fillStyle", "lineWidth", "globalAlpha", "font", "textAlign"];

/** @typedef {{ name: string, args: any[], [setting: string]: any }} Call */

/** @returns {any} a context with `calls`, and `named(name)` for those of one kind */
export function fakeContext() {
  /** @type {Call[]} */
  const calls = [];
  /** @type {Record<string, any>} */
  const state = { globalAlpha: 1, dash: [] };
  return new Proxy(
    {},
    {
      get(_, property) {
        const name = String(property);
        if (name === "calls") return calls;
        if (name === "named") return (/** @type {string} */ wanted) => calls.filter((call) => call.name === wanted);
        if (name in state) return state[name];
        return (/** @type {any[]} */ ...args) => {
          if (name === "setLineDash") state.dash = args[0];
          const settings = Object.fromEntries(SETTINGS.map((setting) => [setting, state[setting]]));
          calls.push({ name, args, dash: state.dash, ...settings });
          return name === "measureText" ? { width: 7 * String(args[0]).length } : undefined;
        };
      },
      set(_, property, value) {
        state[String(property)] = value;
        return true;
      },
    },
  );
}

/** A canvas of a given CSS size around a fake context. @param {number} width @param {number} height @returns {any} */
export function fakeCanvas(width, height) {
  const context = fakeContext();
  return { clientWidth: width, clientHeight: height, width: 0, height: 0, context, getContext: () => context };
}
