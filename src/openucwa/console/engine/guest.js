// The engine of a guest, who has no account: for one meeting, in one page. Her token is renewed
// while she is there, so that she stays who she is.

import { authorize, GUEST } from "./discovery.js";
import { Engine } from "./engine.js";

export class Guest extends Engine {
  #meeting = "";
  #timer = null;

  constructor() {
    super();
    this.parts = [this.mine, this.conversations];
    this.commands.enter = (name) => this.#enter(name);
  }

  hello(message) {
    this.#meeting = message.meeting;
    super.hello(message);
    if (this.session.open) this.#renewSoon();
  }

  // Nobody is asked for anything when a token ends.
  phase(phase, fields) {
    if (phase === "expired") this.#renew();
    else super.phase(phase, fields);
  }

  closed(error) {
    clearTimeout(this.#timer);
    super.closed(error);
  }

  async #enter(name) {
    if (!this.session.open) {
      await this.signIn(name, this.#grant());
      this.#renewSoon();
    }
    return this.conversations.join(this.#meeting, { anonymousDisplayName: name });
  }

  #grant() {
    const password = this.#meeting.split(":").pop();
    const renewed = this.transport.token ? { ms_rtc_renew: this.transport.token } : {};
    return { grant_type: GUEST, ms_rtc_conferenceuri: this.#meeting, password, ...renewed };
  }

  // After half of its time; at once for a token of which that is not known.
  #renewSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#renew(), (this.transport.lifetime * 1000) / 2);
  }

  async #renew() {
    if (!this.session.open) return;
    try {
      await authorize(this.transport, this.#grant());
      this.keep();
      this.#renewSoon();
    } catch (error) {
      if (error.status === 0) this.later(() => this.#renew());
      else this.session.end(false).then(() => this.closed(error.error ?? null));
    }
  }
}
