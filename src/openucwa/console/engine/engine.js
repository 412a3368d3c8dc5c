// The engine: one session for all pages of a browser, what it knows as state, and the commands
// that pages may give. It touches no page: everything goes through ports.

import { Activity } from "./activity.js";
import { Contacts } from "./contacts.js";
import { Conversations } from "./conversations.js";
import { discover, PASSWORD } from "./discovery.js";
import { History } from "./history.js";
import { Mine } from "./mine.js";
import { Ports } from "./ports.js";
import { Presence } from "./presence.js";
import { Reading } from "./reading.js";
import { href, identifier } from "./resources.js";
import { Session } from "./session.js";
import { nothing, State } from "./state.js";
import { Transport } from "./transport.js";

const USER_AGENT = "OpenUCWA board";
const SOON = 1000;

export class Engine {
  constructor() {
    this.ports = new Ports(this);
    this.state = new State(nothing(), (slices) => this.ports.send({ type: "state", slices }));
    this.transport = new Transport(() => this.phase("expired", { error: null }));
    this.reading = new Reading(this.transport);
    this.session = new Session(this.transport, this);
    this.presence = new Presence(this);
    this.mine = new Mine(this);
    this.contacts = new Contacts(this);
    this.conversations = new Conversations(this);
    this.history = new History(this);
    this.activity = new Activity(this);
    this.parts = [this.mine, this.contacts, this.conversations];
    this.instance = null;
    this.username = "";
    this.endpoint = null;
    this.waiting = [];
    this.reopened = [];
    this.commands = commandsOf(this);
  }

  // A page has come; the first one may bring a session that a reload has interrupted.
  hello({ saved, preferences, instance }) {
    if (this.instance !== null) return;
    this.instance = instance;
    if (preferences) this.state.patch("preferences", preferences);
    if (!saved?.token) return;
    this.#remember(saved);
    this.activity.seen();
    this.transport.renew(saved.token);
    this.phase("reconnecting", { retryAt: Date.now() });
    this.session.resume(this.#about());
  }

  // Sign in by a grant: the fields by which a token is got.
  async signIn(username, grant) {
    this.phase("signingIn", { error: null });
    this.activity.seen();
    this.#remember({ username, endpoint: this.endpoint ?? identifier() });
    try {
      await this.session.begin(grant, this.#about());
    } catch (error) {
      this.transport.renew(null);
      this.phase("signedOut", { error: whyNot(error) });
      throw error;
    }
    this.keep();
  }

  async signInAgain(password) {
    try {
      await discover(this.transport, byPassword(this.username, password));
    } catch (error) {
      this.phase("expired", { error: whyNot(error) });
      throw error;
    }
    this.phase("online", { error: null });
    this.keep();
  }

  async signOut() {
    const { phase } = this.state.get("connection");
    if (this.session.open) await this.session.end(phase === "online");
    this.closed(null);
  }

  // The session tells: an application is there; `fresh` if it is another one than before.
  opened(fresh) {
    this.reading.through(href(this.session.application, "batch"));
    this.phase("online", { error: null });
    if (fresh) {
      this.conversations.lose();
      this.presence.renew();
    }
    this.keep();
    this.activity.begin();
    for (const part of this.parts) this.#load(() => part.load());
    this.#load(() => this.history.loadMissed());
    for (const go of this.reopened.splice(0)) go();
  }

  closed(error) {
    this.activity.end();
    this.transport.renew(null);
    for (const part of [this.presence, this.conversations, this.history]) part.forget();
    const { connection: _connection, preferences: _preferences, ...rest } = nothing();
    for (const [name, value] of Object.entries(rest)) this.state.set(name, value);
    this.phase("signedOut", { error });
    for (const go of this.reopened.splice(0)) go();
    this.ports.send({ type: "keep", name: "session", value: null });
  }

  // Events were lost with all subscriptions; what they told of is read anew.
  lost() {
    this.presence.renew();
    for (const part of this.parts) this.#load(() => part.load());
  }

  event(event) {
    for (const part of [this.mine, this.presence, this.contacts, this.conversations, this.history]) part.take(event);
  }

  phase(phase, fields) {
    const before = this.state.get("connection");
    if (phase === "online" && before.phase === "expired" && fields.error === undefined) return;
    const since = before.phase === phase ? before.since : Date.now();
    this.state.set("connection", { phase, since, error: before.error, retryAt: null, ...fields, since });
    if (phase !== "online") return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const work of waiting) work();
  }

  // Do something again when the server can be reached.
  later(work) {
    if (this.state.get("connection").phase === "online") setTimeout(work, SOON);
    else this.waiting.push(work);
  }

  recovered() {
    return new Promise((resolve) => this.later(resolve));
  }

  // Do something that needs the application, once more if that was lost meanwhile.
  async kept(work) {
    try {
      return await work();
    } catch (error) {
      if (!error.gone || !this.session.open) throw error;
      await new Promise((resolve) => {
        this.reopened.push(resolve);
        this.session.hurry();
      });
      return work();
    }
  }

  looksAt(conversation) {
    return this.ports.looksAt(conversation);
  }

  notify(notice) {
    this.ports.one({ type: "notice", notice });
  }

  #about() {
    return {
      culture: this.state.get("preferences").language || "en-US",
      endpointId: this.endpoint,
      instanceId: this.instance,
      type: "Browser",
      userAgent: USER_AGENT,
    };
  }

  #remember({ username, endpoint }) {
    this.username = username;
    this.endpoint = endpoint;
  }

  keep() {
    const { username, endpoint } = this;
    const value = { token: this.transport.token, username, endpoint };
    this.ports.send({ type: "keep", name: "session", value });
  }

  #load(work) {
    Promise.resolve(work()).catch((error) => {
      if (error.status === 0) this.later(() => this.#load(work));
      else if (!error.gone) console.error(error);
    });
  }
}

const byPassword = (username, password) => ({ grant_type: PASSWORD, username, password });

// Why somebody is not signed in, for a person to read.
const whyNot = (error) =>
  error.error ?? { key: error.status === 0 ? "error-unreachable" : "error-refused" };

// What pages may ask for, by name.
function commandsOf(engine) {
  const { contacts, conversations, history, mine } = engine;
  return {
    signIn: (username, password) => engine.signIn(username, byPassword(username, password)),
    signInAgain: (password) => engine.signInAgain(password),
    signOut: () => engine.signOut(),
    setAvailability: (...args) => mine.setAvailability(...args),
    setNote: (text) => mine.setNote(text),
    setLocation: (text) => mine.setLocation(text),
    search: (query) => contacts.search(query),
    addContact: (...args) => contacts.add(...args),
    removeContact: (address) => contacts.remove(address),
    moveContact: (...args) => contacts.move(...args),
    copyContact: (...args) => contacts.add(...args),
    createGroup: (name) => contacts.create(name),
    renameGroup: (...args) => contacts.rename(...args),
    deleteGroup: (id) => contacts.delete(id),
    addGroup: (id) => contacts.addGroup(id),
    look: (address) => engine.presence.look(address),
    openConversation: (address) => conversations.open(address),
    openGroupConversation: (addresses) => conversations.openGroup(addresses),
    say: (...args) => conversations.say(...args),
    typing: (id) => conversations.typing(id),
    accept: (id) => conversations.accept(id),
    decline: (id) => conversations.decline(id),
    leave: (id) => conversations.leave(id),
    close: (id) => conversations.close(id),
    invite: (...args) => conversations.invite(...args),
    join: (...args) => conversations.join(...args),
    loadHistory: () => history.load(),
    moreHistory: () => history.more(),
    searchHistory: (words) => history.search(words),
    openLog: (id) => history.open(id),
    deleteLog: (id) => history.delete(id),
    continueLog: (id) => history.resume(id),
    prefer: (preferences) => {
      engine.state.patch("preferences", preferences);
      const value = engine.state.get("preferences");
      engine.ports.send({ type: "keep", name: "preferences", value });
    },
    ask: async (method, place, body, headers) => {
      const { status, body: answer } = await engine.transport.ask(method, place, { body, headers });
      return { status, body: answer };
    },
    link: (part, rel) => engine.session.link(part, rel),
    hurry: () => engine.session.hurry(),
  };
}
