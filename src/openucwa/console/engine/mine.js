// The signed-in person: what she shows, and what she says of herself.

import { addressOf, href, time } from "./resources.js";

export class Mine {
  #engine;

  constructor(engine) {
    this.#engine = engine;
  }

  async load() {
    const me = this.#engine.session.part("me");
    this.#engine.state.set("me", {
      availability: "Unknown",
      activity: null,
      expires: null,
      note: null,
      outOfOffice: false,
      location: null,
      admin: false,
      ...this.#engine.state.get("me"),
      address: addressOf(me.uri),
      name: me.name,
      title: me.title ?? null,
      department: me.department ?? null,
      photo: href(me, "photo"),
    });
    await Promise.all(["presence", "note", "location"].map((rel) => this.#read(rel)));
    const admin = await this.#engine.transport.get("/admin").then(
      () => true,
      () => false,
    );
    this.#engine.state.patch("me", { admin });
  }

  take(event) {
    if (["presence", "note", "location"].includes(event.rel)) this.#read(event.rel);
  }

  async setAvailability(availability, minutes = null) {
    const asked = availability === null ? {} : { availability };
    if (availability !== null && minutes !== null) asked.duration = minutes;
    await this.#say("presence", asked);
  }

  setNote(message) {
    return this.#say("note", { message });
  }

  setLocation(location) {
    return this.#say("location", { location });
  }

  async #say(rel, given) {
    await this.#engine.transport.post(this.#engine.session.link("me", rel), given);
    await this.#read(rel);
  }

  async #read(rel) {
    const link = this.#engine.session.link("me", rel);
    if (!link) return;
    try {
      const found = await this.#engine.reading.read(link);
      this.#engine.state.patch("me", SHOWN[rel](found));
    } catch (error) {
      if (error.status === 0) this.#engine.later(() => this.#read(rel));
    }
  }
}

const SHOWN = {
  presence: ({ availability, activity, expirationTime }) => ({
    availability: availability ?? "Unknown",
    activity: activity ?? null,
    expires: time(expirationTime),
  }),
  note: ({ message, type }) => ({ note: message ?? null, outOfOffice: type === "OutOfOffice" }),
  location: ({ location }) => ({ location: location ?? null }),
};
