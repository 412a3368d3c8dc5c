// What people wrote, as text; only addresses of the web in it become links.

import { html } from "../vendor/preact.js";

const ADDRESS = /\bhttps?:\/\/[^\s<>"']+/gi;
const AFTER = /[.,;:!?…]+$/;

/** Where an address ends: not with the point of a sentence, nor with a bracket opened before it. */
function trimmed(found) {
  let address = found.replace(AFTER, "");
  while (address.endsWith(")") && !address.includes("("))
    address = address.slice(0, -1).replace(AFTER, "");
  return address;
}

/** A text in pieces: strings, and `{href}` for each address in it. */
export function pieces(text) {
  const parts = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const href = trimmed(found);
    if (!URL.canParse(href)) continue;
    parts.push(text.slice(at, index), { href });
    at = index + href.length;
  }
  return [...parts, text.slice(at)].filter(Boolean);
}

export const Written = ({ text }) =>
  pieces(text).map((part) =>
    part.href
      ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.href}</a>`
      : part,
  );
