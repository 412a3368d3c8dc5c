// One conversation, as far as events have told of it: a value that is replaced, and pure functions
// that make the next one from it and an event (BEHAVIOUR 9.2-9.4).

import { addressIn, embedded, href, said, textOf, time, title } from "./resources.js";

const STATES = {
  Connecting: "connecting",
  Incoming: "incoming",
  Connected: "connected",
  Conferencing: "connecting",
  Conferenced: "connected",
  InLobby: "connecting",
  Disconnecting: "ended",
  Disconnected: "ended",
};

export const OPENING = "opening";

export const talk = (id, fields = {}) => ({
  id,
  title: "",
  subject: "",
  people: [],
  state: "draft",
  direction: "outgoing",
  unread: 0,
  typing: [],
  messages: [],
  reason: null,
  canSend: false,
  canInvite: false,
  opened: Date.now(),
  // What only the engine needs:
  place: null,
  links: {},
  thread: null,
  waiting: [],
  ...fields,
});

export const reasonOf = (reason) =>
  reason ? { key: `reason-${(reason.subcode || reason.code || "other").toLowerCase()}`, text: reason.message ?? "" } : null;

export function named(one) {
  const names = one.people.map((person) => person.name || person.address);
  return { ...one, title: names.join(", ") || one.title || one.subject };
}

// Somebody who is there has an address at the end of her path, and a name once it is known.
function join(one, place, name) {
  const address = addressIn(place);
  const known = one.people.find((person) => person.address === address);
  if (known && (known.name === name || !name)) return one;
  const others = one.people.filter((person) => person.address !== address);
  return named({ ...one, people: [...others, { address, name: name || known?.name || address }] });
}

export function invited(one, invitation) {
  const from = embedded(invitation, "from")[0];
  const text = textOf(href(invitation, "message"));
  const links = { ...one.links, accept: href(invitation, "accept"), decline: href(invitation, "decline") };
  let next = { ...one, state: "incoming", direction: "incoming", subject: invitation.subject ?? "", links };
  if (from) next = join(next, href(from, "self"), from.name || title(invitation, "from"));
  return text ? add(next, { id: OPENING, ...sender(next, href(from, "self")), text, time: Date.now() }) : next;
}

export function follow(one, event) {
  switch (event.rel) {
    case "conversation":
      return event.type === "deleted" ? ended(one, event.reason) : seen(one, event.resource);
    case "messaging":
      return event.resource ? messaging(one, event.resource) : one;
    case "participant":
      return participant(one, event);
    case "message":
      return event.type === "completed" && event.resource ? message(one, event) : one;
    default:
      return one;
  }
}

export function seen(one, resource) {
  if (!resource) return one;
  const links = { ...one.links, addParticipant: href(resource, "addParticipant"), messaging: href(resource, "messaging") };
  const state = one.state === "ended" ? "ended" : (STATES[resource.state] ?? one.state);
  return named({
    ...one,
    // It rings at the other end until it connects, and here until it is accepted.
    state: state === "connecting" && one.state === "ringing" ? "ringing" : state,
    subject: resource.subject ?? one.subject,
    thread: resource.threadId ?? one.thread,
    canInvite: Boolean(links.addParticipant) && state === "connected",
    links,
  });
}

export function messaging(one, resource) {
  const links = { ...one.links };
  for (const rel of ["sendMessage", "setIsTyping", "stopMessaging", "addMessaging"]) {
    links[rel] = href(resource, rel);
  }
  return { ...one, links, canSend: Boolean(links.sendMessage) };
}

export function ended(one, reason) {
  const messages = one.messages.map((said) => (said.status === "sending" ? { ...said, status: "failed" } : said));
  const last = { state: "ended", canSend: false, canInvite: false, typing: [], waiting: [] };
  return { ...one, ...last, messages, reason: one.reason ?? reasonOf(reason) };
}

function participant(one, { inside, type, href: place, title: name }) {
  if (inside === "typingParticipants") {
    const others = one.typing.filter((typing) => typing !== name);
    return { ...one, typing: type === "added" ? [...others, name] : others };
  }
  if (inside) return one;
  if (type === "deleted") {
    if (one.people.length < 2) return one; // a conversation of two keeps its name when it is over
    return named({ ...one, people: one.people.filter((person) => person.address !== addressIn(place)) });
  }
  return join(one, place, name);
}

function message(one, { href: place, resource, succeeded, reason }) {
  if (resource.direction === "Outgoing") {
    // The words of our own invitation come back without an id.
    const id =
      resource.operationId ?? one.messages.find((said) => said.mine && said.status === "sending")?.id;
    const messages = one.messages.map((said) =>
      said.mine && said.id === id
        ? { ...said, status: succeeded ? "sent" : "failed", reason: succeeded ? null : reasonOf(reason) }
        : said,
    );
    return { ...one, messages };
  }
  if (one.messages.some((said) => said.id === place)) return one;
  const rest = { ...one, messages: one.messages.filter((said) => said.mine || said.id !== OPENING) };
  const from = href(resource, "participant") ?? "";
  const known = from ? join(rest, from, title(resource, "participant")) : rest;
  const when = time(resource.timeStamp) ?? Date.now();
  const quiet = known.typing.filter((name) => name !== sender(known, from).name);
  return add({ ...known, typing: quiet }, { id: place, ...sender(known, from), text: said(resource), time: when });
}

function sender(one, place) {
  const address = place ? addressIn(place) : "";
  return { address, name: one.people.find((person) => person.address === address)?.name ?? address };
}

export function add(one, given) {
  const fresh = { mine: false, status: "sent", reason: null, ...given };
  return { ...one, messages: [...one.messages, fresh], opened: Date.now() };
}
