// How presence looks and reads: a colour, a shape that tells the same without colour, and words.

import { html } from "../vendor/preact.js";
import { since } from "../words/times.js";
import { has, t } from "../words/words.js";
import { useNow } from "./hooks.js";

// In the order in which people can be reached.
const LOOKS = {
  Online: ["available", "check"],
  IdleOnline: ["away", "half"],
  Busy: ["busy", "square"],
  IdleBusy: ["busy", "frame"],
  DoNotDisturb: ["busy", "bar"],
  BeRightBack: ["away", "turn"],
  Away: ["away", "clock"],
  Offline: ["offline", "ring"],
  Unknown: ["offline", "question"],
};
const RANKS = Object.keys(LOOKS);
const SHAPES = {
  check: html`<circle cx="8" cy="8" r="7.5" /><path class="cut" d="m4.6 8.3 2.3 2.3 4.5-4.9" />`,
  half: html`<circle class="line" cx="8" cy="8" r="6.5" /><path d="M8 1.5a6.5 6.5 0 0 0 0 13z" />`,
  square: html`<rect x="1.5" y="1.5" width="13" height="13" rx="2.5" />`,
  frame: html`<rect class="line" x="2" y="2" width="12" height="12" rx="2.5" />
    <path d="M2 8h12v4a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2z" />`,
  bar: html`<circle cx="8" cy="8" r="7.5" /><path class="cut" d="M4.3 8h7.4" />`,
  turn: html`<circle cx="8" cy="8" r="7.5" />
    <path class="cut" d="M11.5 8.2H5m2.6-2.7L4.8 8.2l2.8 2.7" />`,
  clock: html`<circle cx="8" cy="8" r="7.5" /><path class="cut" d="M8 4.2V8l2.7 1.8" />`,
  ring: html`<circle class="line" cx="8" cy="8" r="6" />`,
  question: html`<circle class="line dashed" cx="8" cy="8" r="6.7" />
    <path class="line" d="M6.2 6.4c0-2.4 3.6-2.4 3.6-.1 0 1.4-1.8 1.4-1.8 2.8M8 11.3v.1" />`,
};

/** Sorts who can be reached before who cannot. */
export const rank = (availability) => RANKS.indexOf(availability);

/** Whether somebody would answer now. */
export const reachable = (availability) =>
  availability === "Online" || availability === "IdleOnline";

/** What may be shown of somebody's availability: nothing is known while the server is not heard. */
export const known = (availability, live) =>
  live && availability in LOOKS ? availability : "Unknown";

/**
 * The words of an activity: those of the tokens are ours, and what else there is stands as it is.
 */
function doing(activity) {
  if (!activity) return "";
  return has(`activity-${activity}`) ? t(`activity-${activity}`) : activity;
}

/** The colour of an availability. */
export const toneOf = (availability) => LOOKS[availability][0];

/** What somebody does, in words: the activity where there is one, else the availability. */
export function words(availability, activity, live) {
  if (!live) return t("presence-reconnecting");
  const shown = known(availability, live);
  return (shown !== "Unknown" && doing(activity)) || t(`presence-${shown}`);
}

/** The shape of an availability, in its colour. */
export function Glyph({ availability }) {
  const [tone, shape] = LOOKS[availability];
  return html`<svg class="glyph tone-${tone}" viewBox="0 0 16 16" aria-hidden="true">
    ${SHAPES[shape]}
  </svg>`;
}

const FADED = new Set(["IdleOnline", "IdleBusy", "BeRightBack", "Away", "Offline"]);

function Ago({ time }) {
  const now = useNow();
  return html` <span class="ago">${since(time, now)}</span>`;
}

/** The line of somebody's presence: "Away for 12 min". */
export function Presence({ person, live, glyph = true }) {
  const { availability, activity, lastActive, device } = person;
  const shown = known(availability, live);
  const mobile = live && device === "Mobile" && shown !== "Offline";
  return html`<span class="presence tone-${toneOf(shown)}">
    ${glyph && html`<${Glyph} availability=${shown} />`}
    <span class="presence-words">
      ${words(availability, activity, live)}
      ${live && lastActive && FADED.has(shown) && html`<${Ago} time=${lastActive} />`}
      ${mobile && html` <span class="ago">${t("on-mobile")}</span>`}
    </span>
  </span>`;
}
