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

  moved(from, to) {
    for (const page of this.#ports.values()) if (page.shown === from) page.shown = to;
  }

  #take(port, message) {
    const page = this.#ports.get(port) ?? this.#join(port); // it may come back with the back button
    const { activity, conversations } = this.#engine;
    switch (message.type) {
      case "hello":
        this.#engine.hello(message);
        this.#look(page, { visible: message.visible });
        break;
      case "active":
        page.seen = Date.now();
        activity.seen();
        break;
      case "visible":
        this.#look(page, { visible: message.visible });
        break;
      case "shown":
        this.#look(page, { shown: message.conversation });
        break;
      case "locked":
        if (message.locked) activity.rest();
        else activity.seen();
        break;
      case "bye":
        this.#ports.delete(port);
        activity.visible([...this.#ports.values()].some(({ visible }) => visible));
        break;
      default:
        this.#do(port, message);
    }

    if (page.visible && page.shown) conversations.read(page.shown);
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
  }

  async #do(port, { id, name, args }) {
    try {
      const command = this.#engine.commands[name];
      if (command === undefined) throw new Error(`There is no command ${name}.`);
      port.postMessage({ type: "done", id, result: await command(...args) });
    } catch (error) {
      const { status = null, code = "", subcode = "", message = "", parameters = [] } = error;
      port.postMessage({ type: "failed", id, error: { status, code, subcode, message, parameters } });
    }
  }
}
