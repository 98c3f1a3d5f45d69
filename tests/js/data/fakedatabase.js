/** A browser's database that holds one store in memory and answers a moment later, as the real one does. */

/** What is in the store. @type {Map<string, unknown>} */
export const stored = new Map();
/** How many transactions were told that nothing more will come. */
export const log = { commits: 0 };

const answer = (result) => {
  const request = { result };
  queueMicrotask(() => request.onsuccess?.());
  return request;
};

const objectStore = () => ({
  get: (key) => answer(structuredClone(stored.get(key))),
  put: (value, key) => {
    stored.set(key, structuredClone(value));
    return answer(key);
  },
});

const transaction = () => ({
  objectStore,
  commit: () => {
    log.commits += 1;
  },
});

export const indexedDB = { open: () => answer({ transaction }) };
