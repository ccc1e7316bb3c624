/* Where entries are kept on the phone: the browser's database, written through to the disk before anything is said to be kept. */
const NAME = "takwin-queue";
const LEASE = 30_000; // ms that a tab may send alone where browsers know no locks
let opening = null;

/** Return a new UUID by chance, also in browsers and on addresses that do not offer one. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function open() {
  opening ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("entries", { keyPath: "id" });
      asked.result.createObjectStore("facts");
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      asked.result.onclose = () => (opening = null);
      done(asked.result);
    };
    asked.onerror = () => failed(asked.error);
  });
  opening.catch(() => (opening = null));
  return opening;
}

/** Run `act(entries, facts, give)` in one transaction; return what it gave once all is on the disk. */
async function run(mode, act) {
  const database = await open();
  return new Promise((done, failed) => {
    const work = database.transaction(["entries", "facts"], mode, { durability: "strict" });
    let given;
    work.oncomplete = () => done(given);
    work.onabort = () => failed(work.error);
    act(work.objectStore("entries"), work.objectStore("facts"), (value) => (given = value));
  });
}

const then = (asked, act) => (asked.onsuccess = () => act(asked.result));

/** Keep a new entry; return its device and its place in the device's count. */
export function keep(entry) {
  return run("readwrite", (entries, facts, give) =>
    then(facts.get("device"), (known) => {
      const device = known || newId();
      if (!known) facts.put(device, "device");
      then(facts.get("seq"), (last) => {
        const seq = (last || 0) + 1;
        facts.put(seq, "seq");
        entries.put({ ...entry, device, seq });
        give({ device, seq });
      });
    }),
  );
}

export const put = (entry) => run("readwrite", (entries) => entries.put(entry));

/** Keep entries that come from a file, unless the phone holds one of that name, whosever it is; return those that are new. */
export function keepNew(found) {
  return run("readwrite", (entries, _, give) => {
    const fresh = [];
    give(fresh);
    for (const entry of found) {
      then(entries.count(entry.id), (held) => {
        if (held || fresh.some((one) => one.id === entry.id)) return;
        entries.add(entry);
        fresh.push(entry);
      });
    }
  });
}

export async function allOf(person) {
  const all = await run("readonly", (entries, _, give) => then(entries.getAll(), give));
  return all.filter((one) => one.person === person);
}

/** Let go of an entry; with the time at which the site took it, that is remembered of its person. */
export function take(entry, time) {
  return run("readwrite", (entries, facts) => {
    entries.delete(entry.id);
    if (time) facts.put(time, `taken ${entry.person}`);
  });
}

export const lastTaken = (person) => run("readonly", (_, facts, give) => then(facts.get(`taken ${person}`), give));

/** Run `act` unless another tab is at it: then do nothing, or wait for it where somebody asked and the browser knows locks. */
export async function oneAtATime(act, isAsked) {
  if (navigator.locks) return navigator.locks.request(NAME, { ifAvailable: !isAsked }, (lock) => (lock ? act() : ""));
  const now = Date.now();
  const isFree = await run("readwrite", (_, facts, give) =>
    then(facts.get("lease"), (until) => {
      give(!(until > now && until < now + 2 * LEASE));
      if (!(until > now && until < now + 2 * LEASE)) facts.put(now + LEASE, "lease");
    }),
  ).catch(() => true);
  if (!isFree) return "";
  const renewing = setInterval(() => run("readwrite", (_, facts) => facts.put(Date.now() + LEASE, "lease")).catch(() => {}), LEASE / 3);
  try {
    return await act();
  } finally {
    clearInterval(renewing);
    await run("readwrite", (_, facts) => facts.delete("lease")).catch(() => {});
  }
}
