// The engine as a page sees it. It runs in a shared worker, so that several pages behave as one;
// where browsers have none it runs in the page.

const SESSION = "openucwa.session";
const PREFERENCES = "openucwa.preferences";

export function connect() {
  const shared = "SharedWorker" in globalThis;
  const port = shared ? worker() : inPage();
  return new Link(port, shared ? "board" : ownInstance());
}

function worker() {
  const place = new URL("worker.js", import.meta.url);
  return new SharedWorker(place, { type: "module", name: "openucwa" }).port;
}

function inPage() {
  const { port1, port2 } = new MessageChannel();
  import("./engine.js").then(({ Engine }) => new Engine().ports.attach(port2));
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

  constructor(port, instance) {
    this.#port = port;
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
      saved: read(SESSION),
      preferences: read(PREFERENCES),
      instance,
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
        keep(message.name === "session" ? SESSION : PREFERENCES, message.value);
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

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
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
