/* What is typed, kept on this device first: in the browser's database, else in its plain store, else only in this page. */
const NAME = "takwin-studio";
const STORE = "kept";
const PLAIN = "takwin-kept:";

let device = null;

/** Return the device's store; `kind` says how much it can be trusted: `indexed`, `plain` or `memory`. */
export function openDevice() {
  device ??= indexed().catch(() => plain()).catch(() => memory());
  return device;
}

/** Name the record of one form of one person on this site. */
export const keyOf = ({ person, url, language, part }) => [person, url, language, part].join(" ");

async function indexed() {
  const database = await new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  const run = (mode, act) =>
    new Promise((done, failed) => {
      const work = database.transaction(STORE, mode);
      const asked = act(work.objectStore(STORE));
      work.oncomplete = () => done(asked?.result);
      work.onerror = () => failed(work.error);
      work.onabort = () => failed(work.error);
    });
  return {
    kind: "indexed",
    put: (record) => run("readwrite", (store) => store.put(record)),
    get: (key) => run("readonly", (store) => store.get(key)),
    all: () => run("readonly", (store) => store.getAll()),
    // What was typed since stays: only the very record that the site has is forgotten.
    forget: (key, number) =>
      run("readwrite", (store) => {
        const asked = store.get(key);
        asked.onsuccess = () => asked.result && asked.result.number <= number && store.delete(key);
      }),
  };
}

async function plain() {
  localStorage.setItem(`${PLAIN}try`, "1");
  localStorage.removeItem(`${PLAIN}try`);
  const read = (name) => JSON.parse(localStorage.getItem(name) ?? "null") ?? undefined;
  return {
    kind: "plain",
    put: async (record) => localStorage.setItem(PLAIN + record.key, JSON.stringify(record)),
    get: async (key) => read(PLAIN + key),
    all: async () => Object.keys(localStorage).filter((name) => name.startsWith(PLAIN)).map(read),
    forget: async (key, number) => {
      if ((read(PLAIN + key)?.number ?? Infinity) <= number) localStorage.removeItem(PLAIN + key);
    },
  };
}

function memory() {
  const held = new Map();
  return {
    kind: "memory",
    put: async (record) => held.set(record.key, record),
    get: async (key) => held.get(key),
    all: async () => [...held.values()],
    forget: async (key, number) => (held.get(key)?.number ?? Infinity) <= number && held.delete(key),
  };
}
