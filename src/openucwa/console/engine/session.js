// The session: an application that is made, made available, followed, and made again when lost.

import { discover, SignInFailed } from "./discovery.js";
import { embedded, href, identifier, links, local } from "./resources.js";
import { Refused, Unreachable } from "./transport.js";

const HOLD = 90_000;
const PAUSES = [300, 1000, 2000, 4000, 8000];
const MODALITIES = { supportedModalities: ["Messaging"], supportedMessageFormats: ["Plain"] };

export class Session {
  application = null;
  #transport;
  #listener;
  #about;
  #next = null;
  #last = "";
  #followed = null;
  #nudge = null;

  // The listener is told: opened(fresh), closed(error), event(event), lost(), phase(phase, fields).
  constructor(transport, listener) {
    this.#transport = transport;
    this.#listener = listener;
  }

  get open() {
    return this.#followed !== null;
  }

  part(rel) {
    return embedded(this.application, rel)[0] ?? {};
  }

  link(part, rel) {
    return href(this.part(part), rel);
  }

  // Sign in; `about` names this browser (endpointId) and this engine (instanceId).
  async begin(grant, about) {
    this.#about = about;
    this.#followed = new AbortController();
    try {
      await this.#create(grant);
    } catch (error) {
      this.#stop();
      throw error;
    }
    this.#follow(this.#followed.signal);
  }

  // Go on with a session that a reload has interrupted, as soon as the server can be reached.
  resume(about) {
    this.#about = about;
    this.#next = null;
    this.#followed = new AbortController();
    this.#follow(this.#followed.signal);
  }

  // Stop, and tell the server so if it can be asked now.
  async end(tell) {
    const self = href(this.application, "self");
    this.#stop();
    if (self && tell) await this.#transport.ask("DELETE", self, { hold: 3000 }).catch(() => {});
  }

  // Try again now, rather than after the pause: the network is said to be back.
  hurry() {
    this.#nudge?.();
  }

  // Look at the application again: which links it shows depends on its state.
  async refresh() {
    this.application = await this.#transport.get(href(this.application, "self"));
  }

  #stop() {
    this.#followed?.abort(new DOMException("The session has ended.", "AbortError"));
    this.#followed = null;
    this.application = null;
    this.#last = "";
  }

  async #create(grant = null) {
    const user = await discover(this.#transport, grant);
    const { body } = await this.#transport.post(local(href(user, "applications")), this.#about, {
      headers: { "X-MS-RequiresMinResourceVersion": "2" },
    });
    const same = href(body, "self") === href(this.application, "self");
    this.application = body;
    this.#next = href(body, "events");
    if (!same) this.#last = "";
    const available = this.link("me", "makeMeAvailable");
    if (available) {
      await this.#transport.post(available, MODALITIES).catch((error) => {
        if (error.status !== 409) throw error;
      });
    }
    await this.refresh();
    this.#listener.opened(!same);
  }

  async #follow(signal) {
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (this.#next === null) await this.#create();
        else if (failures) {
          await this.refresh(); // it answers at once, where a poll may be held
          this.#listener.phase("online", {});
        }
        const began = Date.now();
        const tree = await this.#transport.get(this.#next, { hold: HOLD, signal });
        this.#listener.phase("online", {});
        this.#take(tree);
        // A server that answers at once and has nothing must not be asked in a circle.
        failures = 0;
        if (!tree.sender?.length && Date.now() < began + 1000) await this.#pause(1, 0, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!(await this.#recover(error, failures, signal))) return;
        failures += 1;
      }
    }
  }

  // Do what an error asks for; tell whether there is anything left to follow.
  async #recover(error, failures, signal) {
    if (error instanceof Unreachable) {
      await this.#pause(failures, error.wait, signal, true);
    } else if (error instanceof SignInFailed) {
      this.#stop();
      this.#listener.closed(error.error);
      return false;
    } else if (error instanceof Refused) {
      if (error.subcode === "PGetReplaced") this.#about = { ...this.#about, instanceId: identifier() };
      this.#next = null;
      if (failures) await this.#pause(failures, 0, signal);
    } else {
      console.error(error);
      await this.#pause(failures, 0, signal, true);
    }
    return !signal.aborted;
  }

  #take(tree) {
    const way = ["resync", "resume", "next"].map((rel) => href(tree, rel)).find(Boolean);
    const name = links(tree, "resync").length ? "" : href(tree, "self");
    const repeated = name && name === this.#last;
    this.#next = way ?? null;
    if (links(tree, "resume").length) this.#listener.lost();
    if (repeated) return;
    if (tree.sender?.length) this.#last = name;
    for (const sender of tree.sender ?? []) {
      for (const event of sender.events ?? []) this.#tell(sender, event);
    }
  }

  #tell(sender, event) {
    const rel = event.link?.rel ?? "";
    try {
      this.#listener.event({
        type: event.type,
        rel,
        href: event.link?.href ?? "",
        title: event.link?.title ?? "",
        sender: sender.href ?? "",
        inside: event.in?.rel ?? "",
        place: event.in?.href ?? "",
        resource: event._embedded?.[rel] ?? null,
        succeeded: event.status === "Success",
        reason: event.reason ?? null,
      });
    } catch (error) {
      console.error(error);
    }
  }

  #pause(failures, wait, signal, broken = false) {
    const usual = PAUSES[Math.min(failures, PAUSES.length - 1)];
    const length = Math.max(wait, usual * (0.75 + Math.random() / 2));
    if (broken) this.#listener.phase("reconnecting", { retryAt: Date.now() + length });
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, length);
      this.#nudge = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener("abort", this.#nudge, { once: true });
    });
  }
}
