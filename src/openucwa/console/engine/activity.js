// Reports of activity, at the pace of the reference: at least every four minutes while somebody is
// at work, and never without her. Locking the screen, or hiding all pages for long, says idle.

const EVERY = 2 * 60_000;
const HIDDEN_FOR_LONG = 4 * 60_000;
const LATELY = 5 * 60_000;

export class Activity {
  #engine;
  #reported = 0;
  #seen = 0;
  #active = false;
  #idle = false;
  #timer = null;
  #hidden = null;

  constructor(engine) {
    this.#engine = engine;
  }

  // An application has been opened, which makes her look active: she may be somewhere else.
  begin() {
    this.#reported = 0;
    this.#idle = false;
    if (Date.now() < this.#seen + LATELY) this.seen();
    else this.rest();
  }

  end() {
    clearTimeout(this.#timer);
    clearTimeout(this.#hidden);
    this.#timer = this.#hidden = null;
  }

  // A key, the mouse or a finger was moved in one of the pages.
  seen() {
    this.#active = true;
    this.#seen = Date.now();
    if (!this.#engine.session.open) return;
    if (this.#idle || Date.now() >= this.#reported + EVERY) this.#report();
    else this.#timer ??= setTimeout(() => this.#due(), this.#reported + EVERY - Date.now());
  }

  visible(any) {
    clearTimeout(this.#hidden);
    this.#hidden = any ? null : setTimeout(() => this.rest(), HIDDEN_FOR_LONG);
  }

  // Nobody is at work here any more, as of now.
  rest() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.#active = false;
    if (this.#idle) return;
    this.#idle = true;
    this.#say("reportMyInactivity");
  }

  #due() {
    this.#timer = null;
    if (this.#active) this.#report();
  }

  #report() {
    this.#active = this.#idle = false;
    this.#reported = Date.now();
    this.#say("reportMyActivity");
  }

  // What does not get through is not made up for: the next report comes soon enough.
  #say(rel) {
    const link = this.#engine.session.open && this.#engine.session.link("me", rel);
    if (link) this.#engine.transport.post(link).catch(() => {});
  }
}
