// What lists of conversations and of history, and the views of one, have in common.

import { html } from "../vendor/preact.js";
import { brief, day } from "../words/times.js";
import { has, language, t } from "../words/words.js";
import { Avatars } from "./avatar.js";
import { known } from "./presence.js";
import { to } from "./route.js";

/** Whom a conversation is with, or what it is about. */
export function titleOf({ title, subject, people, meeting }) {
  if (subject && (meeting || people.length > 1)) return subject;
  if (meeting && people.length === 0) return t("meeting");
  if (title) return title;
  if (people.length === 0) return t("nobody-else");
  return new Intl.ListFormat(language()).format(people.map(({ name, address }) => name || address));
}

/** Why something ended or was not sent, in words; "" for no reason that is known. */
export const why = (reason) => (has(reason?.key) ? t(reason.key, reason) : (reason?.text ?? ""));

/** A function that says of a participant what is known of them, for their picture. */
export const knower = (people, live) => (one) => {
  const person = people[one.address] ?? one;
  return {
    ...person,
    name: person.name || one.name,
    availability: known(person.availability, live),
  };
};

/** A line of a list: whom it is with, the last words, the time, what is unread. */
export const Talk = ({ talk, view, text, time, chosen, look, mark }) =>
  html`<li data-rove>
    <a class="talk ${mark}" href=${to(view, talk.id)} tabindex="-1" aria-current=${chosen ? "page" : null}>
      <${Avatars} people=${talk.people.length ? talk.people : [{ name: talk.meeting ? titleOf(talk) : "" }]} known=${look} />
      <span class="talk-text">
        <span class="talk-title">${titleOf(talk)}</span>
        <span class="talk-last">${text}</span>
      </span>
      <span class="talk-side">
        ${time && html`<time datetime=${new Date(time).toISOString()}>${brief(time)}</time>`}
        ${
          talk.unread > 0 &&
          html`<span class="count">
          <span aria-hidden="true">${talk.unread}</span>
          <span class="unseen">${t("unread", { n: talk.unread })}</span>
        </span>`
        }
      </span>
    </a>
  </li>`;

/** Messages by day and, within, by who wrote them in a row. */
export function bundled(messages) {
  const days = [];
  for (const message of messages) {
    const date = day(message.time);
    if (days.at(-1)?.date !== date) days.push({ date, turns: [] });
    const { turns } = days.at(-1);
    const before = turns.at(-1)?.messages.at(-1);
    const goesOn =
      before && before.address === message.address && message.time - before.time < 300_000;
    if (goesOn) turns.at(-1).messages.push(message);
    else turns.push({ key: message.id ?? message.place, messages: [message] });
  }
  return days;
}
