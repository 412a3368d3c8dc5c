// Conversations: begun, answered, continued after a reload, and told of to whoever does not look.

import { href, identifier, links, textLink, withQuery } from "./resources.js";
import { add, ended, follow, GROUPS, invited, known, named, PARTS, reasonOf, restored, talk } from "./talk.js";

const TYPING_AGAIN = 5000;
const INVITATIONS = ["messagingInvitation", "onlineMeetingInvitation"];

export class Conversations {
  #engine;
  #talks = new Map();
  #begun = new Map(); // where those are that began as drafts, and what they are called here
  #operations = new Map();
  #typed = new Map();

  constructor(engine) {
    this.#engine = engine;
  }

  // Everything under way has ended with the application; what was said stays before the eyes.
  lose() {
    for (const one of this.#talks.values()) {
      if (one.state !== "draft") this.#put(ended(one, { subcode: "SessionLost" }));
    }
    this.#operations.clear();
    this.#begun.clear();
  }

  forget() {
    for (const known of [this.#talks, this.#operations, this.#begun]) known.clear();
    this.#show();
  }

  // Go on with what the server knows of, such as after a reload of the only page.
  async load() {
    const { reading, session } = this.#engine;
    const place = session.link("communication", "conversations");
    if (!place) return;
    const open = (one) => one?.place && one.state !== "ended";
    // Of what begins while the answer is on its way it says nothing.
    const before = [...this.#talks.values()].filter(open);
    const found = links(await reading.read(place), "conversation").map((link) => link.href);
    for (const { id } of before) {
      const one = this.#talks.get(id);
      if (open(one) && !found.includes(one.place)) this.#put(ended(one, null));
    }
    await Promise.all(found.map((place) => this.#restore(place)));
  }

  take(event) {
    if (INVITATIONS.includes(event.rel)) this.#takeInvitation(event);
    const place = event.rel === "conversation" ? event.href : event.sender;
    const id = this.#idOf(place);
    if (event.rel === "conversation" && event.type === "added" && !this.#talks.has(id)) {
      this.#put(talk(id, { place, state: "connecting" }));
    }
    const before = this.#talks.get(id);
    if (before === undefined) return;
    const after = follow(before, event);
    this.#put(after);
    if (after.canSend && !before.canSend) this.#sayWhatWaits(id);
    if (after.links.addMessaging && !before.links.addMessaging && after.state !== "ended") this.#addMessaging(after);
    if (after.messages.length > before.messages.length || after.messages.at(-1)?.id !== before.messages.at(-1)?.id) {
      this.#tellOf(after);
    }
    if (event.rel === "participant" && event.type === "added" && GROUPS.includes(event.inside)) {
      this.#know(id, event.href);
      if (event.inside === "lobby") this.#tellOfWaiting(after);
    }
  }

  open(address) {
    const there = [...this.#talks.values()].find(
      (one) => one.state !== "ended" && !one.meeting && one.people.length === 1 && one.people[0].address === address,
    );
    if (there) return there.id;
    const person = this.#engine.presence.person(address);
    return this.#draft([{ address, name: person?.name ?? address }]);
  }

  openGroup(addresses) {
    return this.#draft(
      addresses.map((address) => ({ address, name: this.#engine.presence.person(address)?.name ?? address })),
    );
  }

  // Say something, at once or as soon as the conversation is connected; `instead` of what failed.
  async say(id, text, instead = null) {
    const before = this.#get(id);
    const one = { ...before, messages: before.messages.filter((said) => said.id !== instead) };
    this.#typed.delete(id);
    const operation = identifier();
    const mine = { id: operation, mine: true, address: this.#engine.state.get("me").address };
    this.#put(add(one, { ...mine, text, time: Date.now(), status: "sending" }));
    if (one.state === "draft") await this.#begin(id, operation, text);
    else if (one.canSend) await this.#send(id, operation, text);
    else this.#put({ ...this.#get(id), waiting: [...this.#get(id).waiting, [operation, text]] });
  }

  async typing(id) {
    const place = this.#get(id).links.setIsTyping;
    if (!place || Date.now() < (this.#typed.get(id) ?? 0) + TYPING_AGAIN) return;
    this.#typed.set(id, Date.now());
    await this.#engine.transport.post(place);
  }

  async accept(id) {
    const one = this.#get(id);
    if (one.links.accept) await this.#answer(one.links.accept);
  }

  async decline(id) {
    const one = this.#get(id);
    if (one.links.decline) await this.#answer(one.links.decline);
    this.close(id);
  }

  async leave(id) {
    const one = this.#get(id);
    if (one.place && one.state !== "ended") {
      await this.#engine.transport.ask("DELETE", one.place).catch((error) => {
        if (![404, 409].includes(error.status)) throw error;
      });
      this.#put(ended(this.#get(id), { subcode: "Left" }));
    } else this.close(id);
  }

  close(id) {
    this.#talks.delete(id);
    this.#show();
  }

  async invite(id, address) {
    const place = this.#get(id).links.addParticipant;
    await this.#engine.transport.post(place, { to: `sip:${address}`, operationId: identifier() });
  }

  // Come into a meeting by its conference URI; without one a new meeting begins. `given` is what
  // else is said of it, such as how a guest is called.
  async join(uri, given = {}) {
    const same = (one) => uri && one.meeting?.uri?.toLowerCase() === uri.toLowerCase();
    const before = [...this.#talks.values()].find(same);
    if (before && before.state !== "ended") return before.id;
    const { session, transport } = this.#engine;
    const id = before?.id ?? this.#draft([]);
    const operation = identifier();
    this.#operations.set(operation, { draft: id, others: [] });
    const said = { subject: before?.subject ?? given.subject ?? "", messages: before?.messages ?? [] };
    this.#put(talk(id, { ...said, state: "connecting", direction: "joined", meeting: { uri } }));
    const asked = uri ? { ...given, onlineMeetingUri: uri } : given;
    try {
      const place = session.link("communication", uri ? "joinOnlineMeeting" : "startOnlineMeeting");
      await transport.post(place, { ...asked, operationId: operation });
    } catch (error) {
      this.#operations.delete(operation);
      if (before) this.#put(before);
      else this.close(id);
      throw error;
    }
    return id;
  }

  read(id) {
    const one = this.#talks.get(id);
    if (one?.unread) this.#put({ ...one, unread: 0 });
  }

  // Continue an earlier conversation: the log's own link knows its thread.
  async resume(place, people) {
    const id = this.#draft(people);
    this.#put({ ...this.#get(id), links: { begin: place } });
    return id;
  }

  #draft(people) {
    const id = `draft-${identifier()}`;
    this.#put(named(talk(id, { people })));
    return id;
  }

  #idOf(place) {
    return this.#begun.get(place) ?? place;
  }

  #get(id) {
    const one = this.#talks.get(id);
    if (one === undefined) throw Object.assign(new Error("There is no such conversation."), { status: 404 });
    return one;
  }

  #put(one) {
    this.#talks.set(one.id, one);
    this.#show();
  }

  #show() {
    const all = [...this.#talks.values()].sort((first, second) => second.opened - first.opened);
    this.#engine.state.set(
      "conversations",
      all.map(({ links: _links, waiting: _waiting, thread: _thread, place: _place, ...shown }) => shown),
    );
  }

  // What becomes of it is told by events, which may come before the answer.
  async #begin(draft, operation, text) {
    const { session, transport } = this.#engine;
    const one = this.#get(draft);
    const [first, ...others] = one.people;
    const message = { href: textLink(text) };
    const given = { operationId: operation, _links: { message } };
    this.#operations.set(operation, { draft, others });
    try {
      const begin = one.links.begin ?? session.link("communication", "startMessaging");
      const about = one.links.begin ? given : { ...given, to: `sip:${first.address}` };
      this.#put({ ...this.#get(draft), state: "ringing" });
      await transport.post(begin, about);
    } catch (error) {
      this.#operations.delete(operation);
      const refused = { subcode: error.subcode || "Failed", message: error.message };
      if (this.#talks.has(draft)) this.#put(ended(this.#get(draft), refused));
      throw error;
    }
  }

  #takeInvitation(event) {
    const invitation = event.resource;
    const place = href(invitation, "conversation");
    if (!place) return;
    const operation = this.#operations.get(invitation.operationId);
    if (event.type === "started" && operation && operation.draft !== place) {
      this.#begun.set(place, operation.draft);
      this.#talks.delete(place); // it may have been read before this was told
    }
    const id = this.#idOf(place);
    if (event.type === "started") {
      const before = this.#talks.get(id) ?? talk(id);
      if (invitation.direction === "Outgoing") {
        const begins = event.rel === "messagingInvitation" && !before.meeting;
        this.#put({ ...before, place, ...(begins && { state: "ringing", subject: invitation.subject ?? "" }) });
      } else {
        this.#put(invited({ ...before, place }, invitation));
        this.#tellOf(this.#get(id));
      }
    }
    if (event.type !== "completed" || !this.#talks.has(id)) return;
    const one = this.#get(id);
    this.#put({ ...one, links: { ...one.links, accept: null, decline: null } });
    if (!event.succeeded) this.#fail(id, invitation, event.reason);
    else for (const { address } of operation?.others ?? []) this.#inviteLater(id, address);
    this.#operations.delete(invitation.operationId);
  }

  // An invitation that came to nothing: its first words did not arrive either.
  #fail(id, invitation, reason) {
    const one = this.#get(id);
    const messages = one.messages.map((said) =>
      said.mine && said.id === invitation.operationId ? { ...said, status: "failed", reason: reasonOf(reason) } : said,
    );
    this.#put({ ...one, messages, reason: reasonOf(reason) });
  }

  async #restore(place) {
    const { history, reading } = this.#engine;
    const id = this.#idOf(place);
    const before = this.#talks.get(id);
    try {
      const resource = await reading.read(place);
      const read = (rel) => href(resource, rel) && reading.read(href(resource, rel));
      const all = await Promise.all(PARTS.map(read));
      const one = restored(before ?? talk(id, { place }), resource, all);
      if (one.messages.length === 0) one.messages = await history.said(one.thread);
      // What events have told meanwhile is newer than what was read.
      if (this.#idOf(place) !== id || this.#talks.get(id) !== before) return this.#restore(place);
      this.#put(one);
      for (const person of one.meeting ? [...one.people, ...one.lobby] : []) this.#know(id, person.place);
      if (one.meeting && one.links.addMessaging) this.#addMessaging(one);
    } catch (error) {
      if (error.status === 404 && this.#talks.has(id)) this.#put(ended(this.#get(id), null));
      else if (error.status === 0) this.#engine.later(() => this.#restore(place));
    }
  }

  async #send(id, operation, text) {
    try {
      const place = withQuery(this.#get(id).links.sendMessage, { operationId: operation });
      await this.#patiently(() => this.#engine.transport.post(place, undefined, { text }));
    } catch (error) {
      const one = this.#talks.get(id);
      if (one === undefined) return;
      const reason = reasonOf({ subcode: error.subcode || "Failed", message: error.message });
      const messages = one.messages.map((said) =>
        said.id === operation ? { ...said, status: "failed", reason } : said,
      );
      this.#put({ ...one, messages });
    }
  }

  // A message has an id of its own, so trying again says nothing twice.
  async #patiently(work) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (error.status !== 0 || attempt === 20) throw error;
        await this.#engine.recovered();
      }
    }
  }

  #sayWhatWaits(id) {
    const one = this.#get(id);
    this.#put({ ...one, waiting: [] });
    for (const [operation, text] of one.waiting) this.#send(id, operation, text);
  }

  async #addMessaging(one) {
    if (one.direction !== "outgoing") await this.#answer(one.links.addMessaging);
  }

  #inviteLater(id, address) {
    this.invite(id, address).catch(() => {});
  }

  // An answer that comes twice, or too late, is no trouble.
  async #answer(place) {
    await this.#engine.transport.post(place).catch((error) => {
      if (![404, 409].includes(error.status)) throw error;
    });
  }

  // Who is a guest, and who the organizer, no event tells.
  async #know(id, place) {
    const resource = await this.#engine.reading.read(place).catch(() => null);
    const one = this.#talks.get(id);
    if (one && resource) this.#put(known(one, resource));
  }

  #tellOfWaiting(one) {
    const { name } = one.lobby.at(-1);
    if (!this.#engine.looksAt(one.id)) this.#engine.notify({ kind: "lobby", title: name, text: "", conversation: one.id });
  }

  #tellOf(one) {
    const last = one.messages.at(-1);
    const incoming = one.state === "incoming";
    if (last?.mine || (!last && !incoming)) return;
    if (this.#engine.looksAt(one.id)) return;
    this.#put({ ...one, unread: one.unread + 1 });
    const kind = incoming ? (one.meeting ? "meeting" : "invitation") : "message";
    const address = last?.address ?? one.people[0]?.address ?? null;
    this.#engine.notify({ kind, title: last?.name || one.title, text: last?.text ?? "", conversation: one.id, address });
  }
}
