/* Talks to a server through the page that it offers, as libraries did before browsers had CORS. */
"use strict";

class XFrame {
  #asked = new Map();
  #frame = null;
  #url = "";

  constructor() {
    window.addEventListener("message", (event) => {
      if (event.source !== this.#frame.contentWindow) { return; }
      const answer = JSON.parse(event.data);
      this.#asked.get(answer.messageId)(answer);
      this.#asked.delete(answer.messageId);
    });
  }

  /* Load a page and make sure that it answers, as the old library does each time. */
  async through(url) {
    if (url === this.#url) { return; }
    const frame = document.createElement("iframe");
    const loaded = new Promise((resolve) => { frame.onload = resolve; });
    frame.src = url;
    frame.hidden = true;
    document.body.append(frame);
    await loaded;
    [this.#frame, this.#url] = [frame, url];
    const page = await this.ask("get", url, {Accept: "text/html"});
    if (page.status !== 200) { throw new Refused(page); }
  }

  async ask(type, url, headers, data) {
    const answer = await this.say({type, url, headers, data});
    const lines = answer.headers.split("\r\n").map((line) => line.match(/^(.*?): ?(.*)$/));
    const found = Object.fromEntries(lines.filter(Boolean).map(([, name, value]) => [name, value]));
    return {...answer, header: (name) => found[name], body: answer.responseText};
  }

  /* Send one message as it is, and return the one that answers it. */
  say(message) {
    const messageId = crypto.getRandomValues(new Uint32Array(1))[0];
    const origin = new URL(this.#url).origin;
    this.#frame.contentWindow.postMessage(JSON.stringify({...message, messageId}), origin);
    return new Promise((resolve, reject) => {
      this.#asked.set(messageId, resolve);
      setTimeout(() => reject(new Error("no answer")), 20_000);
    });
  }
}
