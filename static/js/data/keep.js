// Keeps the user's own points and pasted text in the browser, so that a reload loses nothing. Where the browser keeps
// nothing (private windows), the page works all the same.

const DATABASE = "neuronpark";
const STORE = "own";

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @returns {Promise<IDBDatabase>} */
function open() {
  if (!opened) {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    opened = settled(request);
  }
  return opened;
}

/**
 * @param {string} key
 * @returns {Promise<any>} undefined when nothing is kept
 */
export async function recall(key) {
  try {
    const database = await open();
    return await settled(database.transaction(STORE).objectStore(STORE).get(key));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} key
 * @param {unknown} value
 * @returns {Promise<boolean>} whether it is kept
 */
export async function keep(key, value) {
  try {
    const database = await open();
    const transaction = database.transaction(STORE, "readwrite");
    const put = settled(transaction.objectStore(STORE).put(value, key));
    transaction.commit();
    await put;
    return true;
  } catch {
    return false;
  }
}
