// Many GETs at once are sent as one batch: a list of a hundred people is one request.

import { identifier } from "./resources.js";
import { Refused, Unreachable } from "./transport.js";

const TOGETHER = 50;
const GATHER = 10;

export class Reading {
  #transport;
  #batch = null;
  #waiting = new Map();

  constructor(transport) {
    this.#transport = transport;
  }

  // Where batches go; without it every GET is a request of its own.
  through(batch) {
    this.#batch = batch;
  }

  // Return a resource; who asks for one that is on its way shares the answer.
  read(href) {
    let waiting = this.#waiting.get(href);
    if (waiting === undefined) {
      waiting = {};
      waiting.promise = new Promise((resolve, reject) => Object.assign(waiting, { resolve, reject }));
      if (this.#waiting.size === 0) setTimeout(() => this.#flush(), GATHER);
      this.#waiting.set(href, waiting);
    }
    return waiting.promise;
  }

  #flush() {
    const all = [...this.#waiting];
    this.#waiting = new Map();
    for (let start = 0; start < all.length; start += TOGETHER) {
      const some = all.slice(start, start + TOGETHER);
      if (this.#batch === null || some.length === 1) {
        for (const [href, { resolve, reject }] of some) {
          this.#transport.get(href).then(resolve, reject);
        }
      } else {
        this.#together(some);
      }
    }
  }

  async #together(some) {
    const boundary = identifier();
    const part = ([href]) =>
      `--${boundary}\r\nContent-Type: application/http; msgtype=request\r\n\r\n` +
      `GET ${href} HTTP/1.1\r\nHost: ${location.host}\r\nAccept: application/json\r\n\r\n`;
    try {
      const { body, headers } = await this.#transport.ask("POST", this.#batch, {
        text: `${some.map(part).join("")}--${boundary}--\r\n`,
        headers: { "Content-Type": `multipart/batching;boundary=${boundary}` },
      });
      const answers = split(body, headers.get("Content-Type"));
      some.forEach(([, waiting], index) => settle(waiting, answers[index]));
    } catch (error) {
      for (const [, { reject }] of some) reject(error);
    }
  }
}

function split(text, type) {
  const boundary = /boundary="?([^";]+)/.exec(type ?? "")?.[1];
  return text
    .split(`--${boundary}`)
    .map((part) => /HTTP\/1\.1 (\d{3})[^]*?\r?\n\r?\n([^]*)$/.exec(part))
    .filter(Boolean)
    .map(([, status, body]) => ({ status: Number(status), body: body.trim() }));
}

function settle({ resolve, reject }, answer) {
  if (answer === undefined) {
    reject(new Unreachable("A part of a batch has no answer."));
    return;
  }
  const body = answer.body.startsWith("{") ? JSON.parse(answer.body) : null;
  if (answer.status < 400) resolve(body);
  else if (answer.status >= 500) reject(new Unreachable(`The server answers ${answer.status}.`));
  else reject(new Refused(answer.status, body));
}
