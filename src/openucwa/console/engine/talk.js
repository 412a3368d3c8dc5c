// One conversation, as far as events have told of it: a value that is replaced, and pure functions
// that make the next one from it and an event (BEHAVIOUR 9.2-9.6).

import { addressIn, addressOf, embedded, href, links, said, textOf, time, title } from "./resources.js";

const STATES = {
  Connecting: "connecting",
  Incoming: "incoming",
  Connected: "connected",
  Conferencing: "connecting",
  Conferenced: "connected",
  InLobby: "lobby",
  Disconnecting: "ended",
  Disconnected: "ended",
};

const AUDIENCE = ["enableAudienceMessaging", "disableAudienceMessaging"];
const ROLES = { leaders: "leader", attendees: "attendee" };

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
  // Of a meeting; `me` is one of those who take part, and `lobby` is whom a leader sees waiting.
  meeting: null,
  me: null,
  leads: false,
  lobby: [],
  audience: null,
  acts: {},
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
function join(one, place, name, fields = {}) {
  const address = addressIn(place);
  if (address === one.me?.address) return { ...one, me: { ...one.me, ...fields } };
  const before = one.people.find((person) => person.address === address);
  const after = { ...before, address, place, name: name || before?.name || address, ...fields };
  const people = before
    ? one.people.map((person) => (person === before ? after : person))
    : [...one.people, after];
  return named({ ...one, people });
}

// What a resource tells of somebody who is there, or waits.
export function known(one, resource) {
  const address = addressIn(href(resource, "self"));
  const fields = { guest: Boolean(resource.anonymous), organizer: Boolean(resource.organizer) };
  const tell = (person) => (person.address === address ? { ...person, ...fields } : person);
  return { ...one, people: one.people.map(tell), lobby: one.lobby.map(tell), me: one.me && tell(one.me) };
}

export function invited(one, invitation) {
  const from = embedded(invitation, "from")[0];
  const text = textOf(href(invitation, "message"));
  const links = { ...one.links, accept: href(invitation, "accept"), decline: href(invitation, "decline") };
  const uri = invitation.onlineMeetingUri;
  const meeting = one.meeting ?? (uri ? { uri } : null);
  let next = { ...one, state: "incoming", direction: "incoming", subject: invitation.subject ?? "", meeting, links };
  if (from) next = join(next, href(from, "self"), from.name || title(invitation, "from"));
  return text ? add(next, { id: OPENING, ...sender(next, href(from, "self")), text, time: Date.now() }) : next;
}

// What is read to know a conversation that goes on.
export const GROUPS = ["participants", "leaders", "attendees", "lobby"];
export const PARTS = ["messaging", "localParticipant", "onlineMeeting", ...GROUPS];

// The conversation as it is now, from its resource and the parts of it that there are.
export function restored(one, resource, [said, me, meeting, ...groups]) {
  let next = seen(one, resource);
  if (said) next = messaging(next, said);
  if (me) next = local(next, me);
  if (meeting) next = { ...held(next, meeting), direction: "joined" };
  if (groups[0]) next = { ...next, people: [], lobby: [] };
  groups.forEach((group, at) => {
    const inside = at === 0 ? "" : GROUPS[at];
    const waiting = embedded(group, "participant").map((who) => ({ href: href(who, "self"), title: who.name }));
    for (const who of [...links(group, "participant"), ...waiting]) {
      next = participant(next, { inside, type: "added", ...who });
    }
  });
  return next;
}

export function follow(one, event) {
  switch (event.rel) {
    case "conversation":
      return event.type === "deleted" ? ended(one, event.reason) : seen(one, event.resource);
    case "messaging":
      return event.resource ? messaging(one, event.resource) : one;
    case "participant":
      return participant(one, event);
    case "localParticipant":
      return event.resource ? local(one, event.resource) : one;
    case "onlineMeeting":
      return event.resource ? held(one, event.resource) : one;
    case "message":
      return event.type === "completed" && event.resource ? message(one, event) : one;
    default:
      return one;
  }
}

function seen(one, resource) {
  if (!resource) return one;
  const links = { ...one.links, addParticipant: href(resource, "addParticipant"), messaging: href(resource, "messaging") };
  const acts = Object.fromEntries(AUDIENCE.map((rel) => [rel, href(resource, rel)]));
  const state = one.state === "ended" ? "ended" : (STATES[resource.state] ?? one.state);
  // Only who joins a meeting waits in its lobby, where nothing is told of it.
  const joins = state === "lobby" && { direction: "joined", meeting: one.meeting ?? {} };
  return named({
    ...one,
    ...joins,
    // It rings at the other end until it connects, and here until it is accepted.
    state: state === "connecting" && one.state === "ringing" ? "ringing" : state,
    subject: resource.subject ?? one.subject,
    thread: resource.threadId ?? one.thread,
    canInvite: Boolean(links.addParticipant) && state === "connected",
    leads: Boolean(href(resource, "lobby")),
    audience: resource.audienceMessaging ?? null,
    acts,
    links,
  });
}

function messaging(one, resource) {
  const links = { ...one.links };
  for (const rel of ["sendMessage", "setIsTyping", "stopMessaging", "addMessaging"]) {
    links[rel] = href(resource, rel);
  }
  return { ...one, links, canSend: Boolean(links.sendMessage) };
}

export function ended(one, reason) {
  const messages = one.messages.map((said) => (said.status === "sending" ? { ...said, status: "failed" } : said));
  const last = { state: "ended", canSend: false, canInvite: false, leads: false, lobby: [], acts: {}, typing: [], waiting: [] };
  return { ...one, ...last, messages, reason: one.reason ?? reasonOf(reason) };
}

function local(one, resource) {
  const me = { address: addressIn(href(resource, "self")), name: resource.name };
  const role = resource.role?.toLowerCase() ?? null;
  return { ...one, me: { ...one.me, ...me, role, organizer: Boolean(resource.organizer), guest: Boolean(resource.anonymous) } };
}

function held(one, resource) {
  const { onlineMeetingUri: uri, onlineMeetingId: id, joinUrl, organizerName, description = "" } = resource;
  const kind = resource.onlineMeetingRel ?? null;
  const organizer = addressOf(resource.organizerUri);
  return { ...one, meeting: { uri, id, joinUrl, organizer, organizerName, description, kind } };
}

function participant(one, { inside, type, href: place, title: name }) {
  if (inside === "typingParticipants") {
    const others = one.typing.filter((typing) => typing !== name);
    return { ...one, typing: type === "added" ? [...others, name] : others };
  }
  const others = (people) => people.filter((person) => person.address !== addressIn(place));
  if (inside === "lobby") {
    const waiting = { address: addressIn(place), place, name };
    const lobby = type === "added" ? [...others(one.lobby), waiting] : others(one.lobby);
    return named({ ...one, lobby, people: others(one.people) });
  }
  if (inside in ROLES) return type === "added" ? join(one, place, name, { role: ROLES[inside] }) : one;
  if (inside) return one;
  if (type === "deleted") {
    // A conversation of two keeps its name when it is over.
    return one.people.length < 2 && !one.meeting ? one : named({ ...one, people: others(one.people) });
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
