// Short messages in a corner that go by themselves, and words that only screen readers say.

import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { IconButton } from "./controls.js";

const SHOWN_MS = 7000;
let shown = [];
let spoken = "";
let last = 0;
let draw = () => {};

function change(next) {
  shown = next;
  draw({});
}

const drop = (id) => change(shown.filter((one) => one.id !== id));

/** Shows `{title, text, tone, action: [words, run]}` for some seconds. */
export function toast(message) {
  const one = { ...message, id: ++last };
  change([...shown.slice(-3), one]);
  setTimeout(() => drop(one.id), SHOWN_MS);
}

/** Says something to who uses a screen reader. */
export function announce(words) {
  spoken = words;
  draw({});
}

/** Where toasts appear. */
export function Toasts() {
  const [, again] = useState();
  useEffect(() => {
    draw = again;
    return () => (draw = () => {});
  }, []);
  return html`<div class="toasts" role="status">
      ${shown.map(
        ({ id, title, text, tone = "", action }) => html`<div key=${id} class="toast ${tone}">
        <p><strong>${title}</strong>${text && html`<span>${text}</span>`}</p>
        ${
          action &&
          html`<button
          type="button" class="link" onClick=${() => (drop(id), action[1]())}
        >${action[0]}</button>`
        }
        <${IconButton} icon="close" label=${t("close")} onClick=${() => drop(id)} />
      </div>`,
      )}
    </div>
    <div class="unseen" aria-live="polite">${spoken}</div>`;
}
