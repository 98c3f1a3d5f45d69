/** The latest frame for tables and lists: nobody reads those at sixty frames a second. */

import { effect } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { frame, watch } from "../core/store.js";

const INTERVAL = 300;

/** The latest frame, a new one at most three times a second. */
export function useFrame() {
  const [shown, show] = useState(frame.peek());
  useEffect(() => {
    let last = 0;
    let waiting = 0;
    const take = () => {
      last = performance.now();
      show(frame.peek());
    };
    const stop = effect(() => {
      frame.value;
      clearTimeout(waiting);
      const wait = last + INTERVAL - performance.now();
      if (wait <= 0) take();
      else waiting = setTimeout(take, wait);
    });
    return () => {
      stop();
      clearTimeout(waiting);
    };
  }, []);
  return shown;
}

/** Ask for a probe while a view is there. @param {string} name @param {{ [option: string]: any }} options */
export function useProbe(name, options) {
  const key = JSON.stringify(options);
  useEffect(() => watch(name, JSON.parse(key)), [name, key]);
}
