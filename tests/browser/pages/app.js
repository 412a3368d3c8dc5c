/* A small app: somebody signs in, is at work, and watches a colleague. */
"use strict";

class Refused extends Error {
  constructor(answer) {
    const [, reason] = /reason="(.*?)"/.exec(answer.header("X-Ms-diagnostics")) || [];
    super(reason);
  }
}

class App {
  #transport;
  #token = "";
  #origin = "";
  #application = null;
  #events = "";
  log = [];

  constructor(transport) {
    this.#transport = transport;
  }

  async signIn(server, username, password) {
    await this.#transport.through(`${server}/xframe`);
    const root = await this.#read("get", server);
    await this.#transport.through(root._links.xframe.href);
    this.#origin = new URL(root._links.xframe.href).origin;
    const challenge = await this.#ask("get", root._links.user.href);
    const [, place] = /MsRtcOAuth href="(.*?)"/.exec(challenge.header("WWW-Authenticate"));
    const form = new URLSearchParams({grant_type: "password", username, password});
    const granted = await this.#read("post", place, form.toString(), {
      "Content-Type": "application/x-www-form-urlencoded;charset='utf-8'",
    });
    this.#token = `${granted.token_type} ${granted.access_token}`;
    const user = await this.#read("get", root._links.user.href);
    const about = {userAgent: "page", endpointId: crypto.randomUUID?.() || "page", culture: "en-US"};
    this.#application = await this.#read("post", user._links.applications.href, about);
    this.#events = this.#application._links.events.href;
  }

  async makeMeAvailable() {
    const href = this.#application._embedded.me._links.makeMeAvailable.href;
    await this.#ask("post", href, {SupportedModalities: ["Messaging"]});
    this.#application = await this.#read("get", this.#application._links.self.href);
  }

  async reportMyActivity() {
    await this.#ask("post", this.#application._embedded.me._links.reportMyActivity.href);
  }

  async watch(uri) {
    const href = this.#application._embedded.people._links.presenceSubscriptions.href;
    await this.#ask("post", href, {duration: 30, uris: [uri]});
  }

  /* Wait until there is news of a colleague; return what he shows. */
  async news() {
    for (;;) {
      const news = await this.#read("get", this.#events);
      this.#events = (news._links.resync || news._links.next).href;
      const told = news.sender.flatMap((sender) => sender.events.map((event) => event.link));
      const [presence] = told.filter((link) => link.rel === "contactPresence");
      if (presence) { return (await this.#read("get", presence.href)).availability; }
    }
  }

  async #read(...request) {
    return JSON.parse((await this.#ask(...request)).body);
  }

  async #ask(type, href, data, more) {
    const headers = {Accept: "application/json"};
    if (this.#token) { headers.Authorization = this.#token; }
    if (type === "post") { headers["Content-Type"] = data ? "application/json" : ""; }
    if (headers["Content-Type"] === "" && this.#transport instanceof Cors) {
      delete headers["Content-Type"];
    }
    const body = typeof data === "object" ? JSON.stringify(data) : data || "";
    const url = new URL(href, this.#origin || undefined).href;
    const answer = await this.#transport.ask(type, url, {...headers, ...more}, body);
    this.log.push(`${type} ${answer.status} ${answer.statusText}`);
    if (answer.status === 403) { throw new Refused(answer); }
    return answer;
  }
}

/* Sign in, and show why that is not possible. */
async function start(transport, ...who) {
  window.transport = new {XFrame, Cors}[transport]();
  window.app = new App(window.transport);
  try {
    await app.signIn(...who);
  } catch (error) {
    document.getElementById("refusal").textContent = error.message;
  }
}
