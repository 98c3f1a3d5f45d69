/** What this browser keeps for the page. Storage may be forbidden: then nothing is found, and nothing outlasts the page. */

/** A storage is asked for when it is used, since even its name may be refused. */
const forGood = () => localStorage;
/** What this tab keeps until it is closed. */
export const thisTab = () => sessionStorage;

/**
 * @param {string} key
 * @param {() => Storage} [storage]
 * @returns {any} null where nothing is kept, or nothing that can be understood
 */
export function readStored(key, storage = forGood) {
  try {
    return JSON.parse(storage().getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {unknown} value null keeps nothing any more
 * @param {() => Storage} [storage]
 */
export function writeStored(key, value, storage = forGood) {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, JSON.stringify(value));
  } catch {
    // What is shown stays as it is; a reload forgets it.
  }
}
