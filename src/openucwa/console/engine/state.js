// What the pages show, in slices that are replaced and never changed. Whoever listens is told of
// all slices that were replaced in one turn together.

export class State {
  #slices;
  #changed = new Set();
  #tell;

  constructor(slices, tell) {
    this.#slices = slices;
    this.#tell = tell;
  }

  get(name) {
    return this.#slices[name];
  }

  all() {
    return this.#slices;
  }

  set(name, value) {
    if (this.#slices[name] === value) return;
    this.#slices = { ...this.#slices, [name]: value };
    if (this.#changed.size === 0) queueMicrotask(() => this.#flush());
    this.#changed.add(name);
  }

  // Replace some fields of a slice that is an object.
  patch(name, fields) {
    this.set(name, { ...this.#slices[name], ...fields });
  }

  #flush() {
    const slices = {};
    for (const name of this.#changed) slices[name] = this.#slices[name];
    this.#changed.clear();
    this.#tell(slices);
  }
}

export const nothing = () => ({
  connection: { phase: "signedOut", since: Date.now(), error: null, retryAt: null },
  me: null,
  people: {},
  groups: [],
  conversations: [],
  history: {
    logs: [],
    more: false,
    busy: false,
    words: "",
    transcripts: {},
    missed: 0,
  },
  search: { query: "", people: [], groups: [], more: false, busy: false },
  preferences: { language: "", theme: "system", notifications: false },
});
