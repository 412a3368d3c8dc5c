// The pages that are connected: each says what it shows, gives commands, and is told what changes.

export class Ports {
  #engine;
  #ports = new Map();

  constructor(engine) {
    this.#engine = engine;
  }

  attach(port) {
    port.onmessage = ({ data }) => this.#take(port, data);
    port.start?.();
    this.#join(port);
  }

  send(message) {
    for (const port of this.#ports.keys()) port.postMessage(message);
  }

  // Tell the page that somebody looks at, or did last.
  one(message) {
    const rank = ({ visible, seen }) => (visible ? 1e15 : 0) + seen;
    const [port] = [...this.#ports].sort(([, first], [, second]) => rank(second) - rank(first))[0] ?? [];
    port?.postMessage(message);
  }

  looksAt(conversation) {
    return [...this.#ports.values()].some(({ visible, shown }) => visible && shown === conversation);
  }

  #take(port, message) {
    const page = this.#ports.get(port) ?? this.#join(port); // it may come back with the back button
    if (message.type === "hello") {
      this.#engine.hello(message);
      this.#look(page, { visible: message.visible });
    } else if (message.type === "bye") {
      this.#ports.delete(port);
      this.#look(page, {});
    } else {
      this.#do(port, page, message);
    }
  }

  #join(port) {
    const page = { visible: true, shown: null, seen: Date.now() };
    this.#ports.set(port, page);
    port.postMessage({ type: "state", slices: this.#engine.state.all() });
    return page;
  }

  #look(page, fields) {
    Object.assign(page, fields, { seen: Date.now() });
    this.#engine.activity.visible([...this.#ports.values()].some(({ visible }) => visible));
    if (page.visible && page.shown) this.#engine.conversations.read(page.shown);
  }

  // What a page says of itself, by name, beside the commands for the engine.
  #own(page) {
    const { activity } = this.#engine;
    return {
      active: () => {
        page.seen = Date.now();
        activity.seen();
      },
      visible: (visible) => this.#look(page, { visible }),
      locked: (locked) => (locked ? activity.rest() : activity.seen()),
      showConversation: (shown) => this.#look(page, { shown }),
    };
  }

  async #do(port, page, { id, name, args }) {
    try {
      const command = this.#own(page)[name] ?? this.#engine.commands[name];
      if (command === undefined) throw new Error(`There is no command ${name}.`);
      port.postMessage({ type: "done", id, result: await this.#engine.kept(() => command(...args)) });
    } catch (error) {
      const { status = null, code = "", subcode = "", message = "", parameters = [] } = error;
      port.postMessage({ type: "failed", id, error: { status, code, subcode, message, parameters } });
    }
  }
}
