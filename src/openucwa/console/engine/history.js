// What is kept of earlier conversations: listed, searched, read, and deleted.

import { addressIn, addressOf, embedded, href, links, said, time, withQuery } from "./resources.js";

const PAGE = 30;
const MOST_PAGES = 40;

export class History {
  #engine;
  #limit = PAGE;
  #logs = new Map();
  #wanted = false; // whether somebody has looked at the list

  constructor(engine) {
    this.#engine = engine;
  }

  forget() {
    this.#logs.clear();
    this.#limit = PAGE;
  }

  async loadMissed() {
    const place = this.#engine.session.link("communication", "missedItems");
    if (place) this.#count(await this.#engine.reading.read(place));
  }

  take(event) {
    if (event.rel !== "missedItems") return;
    if (event.resource) this.#count(event.resource);
    if (this.#wanted) this.load().catch(() => {});
  }

  async load() {
    this.#wanted = true;
    const { reading, session, state } = this.#engine;
    const { words } = state.get("history");
    const place = session.link("communication", "conversationLogs");
    if (!place) return;
    state.patch("history", { busy: true });
    try {
      const query = { limit: this.#limit + 1, ...(words ? { query: words } : {}) };
      const found = links(await reading.read(withQuery(place, query)), "conversationLog");
      const more = found.length > this.#limit;
      const all = await Promise.all(
        found.slice(0, this.#limit).map((link) => reading.read(link.href).catch(() => null)),
      );
      if (state.get("history").words !== words) return;
      this.#logs = new Map(all.filter(Boolean).map((log) => [href(log, "self"), log]));
      const logs = [...this.#logs].map(([id, log]) => shown(id, log));
      for (const { people } of logs) this.#engine.presence.watch(people.map(({ address }) => address));
      state.patch("history", { logs, more });
    } finally {
      state.patch("history", { busy: false });
    }
  }

  async more() {
    this.#limit += PAGE;
    await this.load();
  }

  async search(words) {
    this.#limit = PAGE;
    this.#engine.state.patch("history", { words: words.trim() });
    await this.load();
  }

  async open(id) {
    const log = this.#logs.get(id) ?? (await this.#engine.transport.get(id));
    const transcript = await this.#transcript(log);
    const { transcripts } = this.#engine.state.get("history");
    this.#engine.state.patch("history", { transcripts: { ...transcripts, [id]: transcript } });
    const read = href(log, "markAsRead");
    if (read) {
      await this.#engine.transport.post(read);
      await this.load();
    }
  }

  async delete(id) {
    await this.#engine.transport.ask("DELETE", id);
    await this.load();
  }

  async resume(id) {
    const log = this.#logs.get(id);
    const place = href(log, "continueMessaging");
    const { people } = shown(id, log);
    if (!place) return this.#engine.conversations.openGroup(people.map(({ address }) => address));
    return this.#engine.conversations.resume(place, people);
  }

  // What was said in a thread that goes on, for whoever has lost it by a reload.
  async said(thread) {
    const { reading, session } = this.#engine;
    const place = session.link("communication", "conversationLogs");
    if (!place || !thread) return [];
    const newest = links(await reading.read(withQuery(place, { limit: 20 })), "conversationLog");
    for (const link of newest) {
      const log = await reading.read(link.href).catch(() => null);
      if (log?.threadId === thread) {
        const transcript = await this.#transcript(log);
        return transcript.map((one) => ({ ...one, id: one.place, status: "sent", reason: null }));
      }
    }
    return [];
  }

  #count(missed) {
    this.#engine.state.patch("history", { missed: missed.unreadMissedConversationsCount ?? 0 });
  }

  async #transcript(log) {
    const names = new Map(shown("", log).people.map(({ address, name }) => [address, name]));
    const me = this.#engine.state.get("me");
    const all = [];
    let place = href(log, "conversationLogTranscripts");
    for (let page = 0; place && page < MOST_PAGES; page += 1) {
      const found = await this.#engine.reading.read(place);
      for (const one of embedded(found, "conversationLogTranscript")) {
        const contact = href(one, "contact");
        const address = contact ? addressIn(contact) : me.address;
        all.push({
          place: href(one, "self"),
          address,
          name: contact ? (names.get(address) ?? address) : me.name,
          mine: contact === null,
          text: said(embedded(one, "messageTranscript")[0]),
          time: time(one.timeStamp),
        });
      }
      place = href(found, "nextConversationLogTranscripts");
    }
    return all;
  }
}

function shown(id, log) {
  const people = embedded(log, "conversationLogRecipient").map((one) => ({
    address: addressOf(one.sipUri),
    name: one.displayName,
  }));
  return {
    id,
    title: people.map(({ name }) => name).join(", ") || log.subject,
    people,
    time: time(log.creationTime),
    unread: log.status === "Missed" && Boolean(href(log, "markAsRead")),
    missed: log.status === "Missed",
    preview: log.previewMessage ?? "",
    count: log.totalRecipientsCount ?? people.length,
  };
}
