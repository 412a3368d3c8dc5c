// The engine as a page sees it. It runs in a shared worker, so that several pages behave as one;
// where browsers have none it runs in the page.

const SESSION = "openucwa.session";
const TASTE = { name: "openucwa.preferences", store: "localStorage" };

export function connect() {
  const shared = "SharedWorker" in globalThis;
  const port = shared ? worker() : inPage(() => import("./engine.js").then(({ Engine }) => new Engine()));
  return new Link(port, shared ? "board" : ownInstance());
}

/** The engine of a guest of a meeting, by its conference URI: of this page, and gone with it. */
export function connectGuest(meeting) {
  const port = inPage(() => import("./guest.js").then(({ Guest }) => new Guest()));
  return new Link(port, ownInstance(), { name: `openucwa.guest.${meeting}`, store: "sessionStorage", meeting });
}

function worker() {
  const place = new URL("worker.js", import.meta.url);
  return new SharedWorker(place, { type: "module", name: "openucwa" }).port;
}

function inPage(load) {
  const { port1, port2 } = new MessageChannel();
  load().then((engine) => engine.ports.attach(port2));
  return port1;
}

class Link {
  state = null;
  #port;
  #calls = new Map();
  #listeners = new Set();
  #handlers = new Map();
  #frame = 0;
  #number = 0;
  #ready;
  #kept;

  // `kept` is where the session outlives a reload; with a `meeting` it is that of a guest.
  constructor(port, instance, kept = { name: SESSION, store: "localStorage" }) {
    this.#port = port;
    this.#kept = kept;
    this.ready = new Promise((resolve) => {
      this.#ready = resolve;
    });
    port.onmessage = ({ data }) => this.#take(data);
    port.start?.();
    this.#greet(instance);
    addEventListener("pageshow", ({ persisted }) => persisted && this.#greet(instance));
    addEventListener("pagehide", () => port.postMessage({ type: "bye" }));
    addEventListener("online", () => this.do("hurry"));
    addEventListener("storage", ({ key, newValue }) => {
      if (key === SESSION && newValue === null && instance !== "board") this.do("signOut");
    });
  }

  #greet(instance) {
    this.#port.postMessage({
      type: "hello",
      saved: read(this.#kept),
      preferences: read(TASTE),
      instance,
      meeting: this.#kept.meeting,
      visible: !document.hidden,
    });
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  on(kind, handler) {
    this.#handlers.set(kind, handler);
  }

  do(name, ...args) {
    const id = ++this.#number;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#port.postMessage({ type: "do", id, name, args });
    });
  }

  // What a page says of itself; nobody waits for an answer.
  active() {
    this.do("active");
  }

  visible(visible) {
    this.do("visible", visible);
  }

  locked(locked) {
    this.do("locked", locked);
  }

  showConversation(id) {
    this.do("showConversation", id);
  }

  #take(message) {
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    switch (message.type) {
      case "state":
        this.state = { ...this.state, ...message.slices };
        this.#ready();
        this.#announce();
        break;
      case "done":
        call?.resolve(message.result);
        break;
      case "failed":
        call?.reject(message.error);
        break;
      case "notice":
        this.#handlers.get("notice")?.(message.notice);
        break;
      case "keep":
        keep(message.name === "session" ? this.#kept : TASTE, message.value);
        break;
    }
  }

  // Many changes at once are one for the page; hidden pages have no frames, and no hurry.
  #announce() {
    if (this.#frame) return;
    const tell = () => {
      this.#frame = 0;
      for (const listener of this.#listeners) listener();
    };
    this.#frame = document.hidden ? setTimeout(tell, 100) : requestAnimationFrame(tell);
  }
}

function read({ name, store }) {
  try {
    return JSON.parse(globalThis[store].getItem(name));
  } catch {
    return null;
  }
}

function keep({ name, store }, value) {
  try {
    if (value === null) globalThis[store].removeItem(name);
    else globalThis[store].setItem(name, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing asks for the password after each reload.
  }
}

function ownInstance() {
  const name = "openucwa.instance";
  const known = sessionStorage.getItem(name) ?? crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  sessionStorage.setItem(name, known);
  return known;
}
