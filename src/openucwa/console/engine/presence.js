// Who is watched, and what they show. People are watched while they are on a list, in a
// conversation, or looked at; subscriptions are extended when the server says that they end.

import { addressIn, addressOf, href, time } from "./resources.js";

const LEASE = 30;
const TOGETHER = 200;
const FACETS = {
  contactPresence: ({ availability, activity, lastActive, deviceType }) => ({
    availability: availability ?? "Unknown",
    activity: activity ?? null,
    lastActive: time(lastActive),
    device: deviceType ?? null,
  }),
  contactNote: ({ message }) => ({ note: message ?? null }),
  contactLocation: ({ location }) => ({ location: location ?? null }),
  contactSupportedModalities: ({ modalities }) => ({ modalities: modalities ?? [] }),
};
const PHONES = [
  ["work", "workPhoneNumber"],
  ["mobile", "mobilePhoneNumber"],
  ["home", "homePhoneNumber"],
  ["other", "otherPhoneNumber"],
];

export const nobody = (address, name = address) => ({
  address,
  name,
  title: null,
  department: null,
  company: null,
  office: null,
  emails: [],
  phones: [],
  photo: null,
  availability: "Unknown",
  activity: null,
  lastActive: null,
  device: null,
  note: null,
  location: null,
  modalities: [],
  listed: false,
});

export class Presence {
  #engine;
  #watched = new Set();
  #wanted = new Set();
  #syncing = false;

  constructor(engine) {
    this.#engine = engine;
  }

  // All subscriptions are gone.
  renew() {
    for (const address of this.#watched) this.#wanted.add(address);
    this.#watched.clear();
    this.#sync();
  }

  forget() {
    this.#watched.clear();
    this.#wanted.clear();
  }

  watch(addresses) {
    for (const address of addresses) {
      if (!this.#watched.has(address)) this.#wanted.add(address);
    }
    this.#sync();
  }

  // Get to know people by their cards; what they show is kept.
  meet(contacts, fields = {}) {
    const people = { ...this.#engine.state.get("people") };
    for (const contact of contacts) {
      const address = addressOf(contact.uri);
      if (!address) continue;
      people[address] = {
        ...(people[address] ?? nobody(address)),
        name: contact.name || address,
        title: contact.title ?? null,
        department: contact.department ?? null,
        company: contact.company ?? null,
        office: contact.office ?? null,
        emails: contact.emailAddresses ?? [],
        phones: PHONES.filter(([, name]) => contact[name]).map(([type, name]) => ({
          type,
          number: contact[name].replace(/^tel:/, ""),
        })),
        photo: href(contact, "contactPhoto"),
        ...fields,
      };
    }
    this.#engine.state.set("people", people);
  }

  person(address) {
    return this.#engine.state.get("people")[address];
  }

  // Get to know somebody who is nowhere on the lists.
  async look(address) {
    if (this.person(address) === undefined) {
      const place = `${this.#engine.session.link("people", "self")}/${encodeURIComponent(address)}`;
      const contact = await this.#engine.reading.read(place).catch(() => null);
      if (contact) this.meet([contact]);
    }
    this.watch([address]);
  }

  take(event) {
    if (event.rel in FACETS && event.type === "updated") this.#read(event.rel, event.href, event.place);
    if (event.rel !== "presenceSubscription") return;
    if (event.type === "updated") this.#extend(event.href);
    if (event.type === "deleted") this.renew();
  }

  async #read(facet, place, contact) {
    const address = addressIn(contact);
    try {
      const shown = FACETS[facet](await this.#engine.reading.read(place));
      const people = this.#engine.state.get("people");
      const person = { ...(people[address] ?? nobody(address)), ...shown };
      this.#engine.state.patch("people", { [address]: person });
    } catch (error) {
      if (error.status === 0) this.#engine.later(() => this.#read(facet, place, contact));
    }
  }

  async #extend(subscription) {
    try {
      await this.#engine.transport.post(subscription, { duration: LEASE });
    } catch (error) {
      if (error.status === 404) this.renew();
      if (error.status === 0) this.#engine.later(() => this.#extend(subscription));
    }
  }

  async #sync() {
    if (this.#syncing || !this.#engine.session.open) return;
    this.#syncing = true;
    try {
      while (this.#wanted.size) {
        const some = [...this.#wanted].slice(0, TOGETHER);
        const place = this.#engine.session.link("people", "presenceSubscriptions");
        const uris = some.map((address) => `sip:${address}`);
        await this.#engine.transport.post(place, { duration: LEASE, uris });
        for (const address of some) {
          this.#wanted.delete(address);
          this.#watched.add(address);
        }
      }
    } catch (error) {
      if (error.status === 0) this.#engine.later(() => this.#sync());
      else if (!error.gone) this.#wanted.clear();
    } finally {
      this.#syncing = false;
    }
  }
}
