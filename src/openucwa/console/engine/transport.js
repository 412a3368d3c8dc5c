// Requests with a token. A request that needs a new token waits until there is one; what the
// server refuses is thrown as Refused, and what did not get through as Unreachable.

const ANSWER_WITHIN = 30_000;

export class Refused extends Error {
  constructor(status, body) {
    super(body?.message ?? `The server answers ${status}.`);
    this.status = status;
    this.code = body?.code ?? "";
    this.subcode = body?.subcode ?? "";
    this.parameters = body?.parameters ?? [];
  }

  // Whether the application is gone, and not only what was asked for.
  get gone() {
    return ["ApplicationNotFound", "InactiveApplicationExpired"].includes(this.subcode);
  }
}

export class Unreachable extends Error {
  constructor(message, wait = 0) {
    super(message);
    this.status = 0;
    this.code = "Unreachable";
    this.wait = wait;
  }
}

export class Transport {
  token = null;
  lifetime = 0;
  #expired;
  #renewal = null;

  // `expired` is called once when the server does not take the token any more.
  constructor(expired) {
    this.#expired = expired;
  }

  // Go on with what waits for a token; without one it fails. It is good for so many seconds, or
  // nobody knows how long.
  renew(token, lifetime = 0) {
    this.token = token;
    this.lifetime = lifetime;
    this.#renewal?.resolve();
    this.#renewal = null;
  }

  async ask(method, href, { body, text, hold = ANSWER_WITHIN, signal, headers = {} } = {}) {
    for (;;) {
      const token = this.token;
      const answer = await this.send(method, href, { body, text, hold, signal, headers });
      if (answer.status !== 401) return this.#read(answer);
      if (token === null) throw new Refused(401, null);
      if (this.token === token) await this.#wait();
    }
  }

  get(href, options) {
    return this.ask("GET", href, options).then(({ body }) => body);
  }

  post(href, body, options) {
    return this.ask("POST", href, { body, ...options });
  }

  async send(method, href, { body, text, form, hold = ANSWER_WITHIN, signal, headers = {} }) {
    const sent = { Accept: "application/json", ...headers };
    if (this.token && !form) sent.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) sent["Content-Type"] = "application/json";
    if (text !== undefined) sent["Content-Type"] ??= "text/plain; charset=utf-8";
    const limits = [AbortSignal.timeout(hold), ...(signal ? [signal] : [])];
    try {
      return await fetch(href, {
        method,
        headers: sent,
        body: form ?? text ?? (body === undefined ? undefined : JSON.stringify(body)),
        signal: AbortSignal.any(limits),
        cache: "no-store",
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new Unreachable(String(error));
    }
  }

  async #read(answer) {
    let content = null;
    try {
      const json = /json/.test(answer.headers.get("Content-Type") ?? "");
      content = json ? await answer.json() : await answer.text();
    } catch (error) {
      throw new Unreachable(String(error));
    }
    if (answer.status >= 500 || answer.status === 429) {
      const after = Number(answer.headers.get("Retry-After") ?? 0);
      throw new Unreachable(`The server answers ${answer.status}.`, after * 1000);
    }
    if (answer.status >= 400) throw new Refused(answer.status, content);
    const where = answer.headers.get("Location");
    return { status: answer.status, body: content, location: where, headers: answer.headers };
  }

  #wait() {
    if (this.#renewal === null) {
      this.#renewal = {};
      this.#renewal.promise = new Promise((resolve) => {
        this.#renewal.resolve = resolve;
      });
      this.#expired();
    }
    return this.#renewal.promise;
  }
}
