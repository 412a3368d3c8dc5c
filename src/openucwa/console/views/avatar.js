// Somebody's photo, or initials where there is none or it cannot be had, with the shape of their
// presence.

import { html, useState } from "../vendor/preact.js";
import { Glyph, toneOf } from "./presence.js";

const TINTS = 6;

function initials(name) {
  const words = name.split(/[\s.]+/).filter((word) => /\p{L}/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map(
    (word) => [...(word ?? "")][0],
  );
  return letters.join("").toUpperCase() || "?";
}

function tint(address) {
  let sum = 0;
  for (const letter of address) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % TINTS;
}

export function Avatar({ address = "", name, photo, availability, class: more = "" }) {
  const [broken, fail] = useState(null);
  const tone = availability ? `tone-${toneOf(availability)}` : "";
  return html`<span class="avatar tint-${tint(address)} ${tone} ${more}" aria-hidden="true">
    ${
      photo && photo !== broken
        ? html`<img src=${photo} alt="" loading="lazy" draggable=${false} onError=${() => fail(photo)} />`
        : html`<span class="initials">${initials(name || address.replace(/^sip:/, ""))}</span>`
    }
    ${availability && html`<${Glyph} availability=${availability} />`}
  </span>`;
}

/** Several people in one: the first two of them. */
export const Avatars = ({ people, known }) =>
  people.length === 1
    ? html`<${Avatar} ...${known(people[0])} />`
    : html`<span class="avatars">
        ${people.slice(0, 2).map((one) => html`<${Avatar} ...${known(one)} availability=${null} />`)}
      </span>`;
