// What the views of meetings read and do, by the API's links.

import { addressOf, embedded, href, time } from "../engine/resources.js";
import { useEffect, useState } from "../vendor/preact.js";
import { refusal, useEngine, useSlices } from "../views/hooks.js";
import { toast } from "../views/toast.js";

// What properties say that have to come back in a PUT.
const KEY = "please pass this in a PUT request";
const GONE = [403, 404, 409];

const ask = (engine, ...asked) => engine.do("ask", ...asked).then(({ body }) => body);

/** A function that runs something, and shows what it is refused with. It tells whether it is done. */
export function useAct() {
  return (work) =>
    work().then(
      () => true,
      (error) => void toast({ title: refusal(error), tone: "bad" }),
    );
}

/** A meeting that one has arranged, from what the API shows of it; times are ms since 1970. */
function arranged(resource) {
  const people = (uris) => uris.map(addressOf);
  return {
    place: href(resource, "self"),
    file: href(resource, "invitationFile"),
    id: resource.onlineMeetingId,
    uri: resource.onlineMeetingUri,
    link: resource.joinUrl,
    subject: resource.subject,
    description: resource.description,
    starts: time(resource.startTime),
    ends: time(resource.endTime),
    attendees: people(resource.attendees),
    leaders: people(resource.leaders),
    access: resource.accessLevel,
    leads: resource.automaticLeaderAssignment,
    permanent: resource.rel === "myAssignedOnlineMeeting",
    key: Object.fromEntries(Object.entries(resource).filter(([, value]) => value === KEY)),
    etag: resource.etag,
  };
}

/** The next ones first, then those without a time, and then those that are over. */
function ordered(meetings, now = Date.now()) {
  const rank = ({ starts, ends }) => (starts === null ? 1 : ends >= now ? 0 : 2);
  const later = (one, other) => (rank(one) === 2 ? other.starts - one.starts : one.starts - other.starts);
  return meetings.sort((one, other) => rank(one) - rank(other) || later(one, other));
}

async function readAll(engine) {
  const place = (rel) => engine.do("link", "onlineMeetings", rel);
  const read = async (rel) => ask(engine, "GET", await place(rel));
  const [mine, eligible, usual] = await Promise.all(
    ["myOnlineMeetings", "onlineMeetingEligibleValues", "onlineMeetingDefaultValues"].map(read),
  );
  const rels = ["myAssignedOnlineMeeting", "myOnlineMeeting"];
  return {
    place: await place("myOnlineMeetings"),
    list: ordered(rels.flatMap((rel) => embedded(mine, rel)).map(arranged)),
    choices: { access: eligible.accessLevels, leads: eligible.automaticLeaderAssignments },
    usual: { access: usual.accessLevel, leads: usual.automaticLeaderAssignment },
  };
}

/** One's own meetings: `list` and what new ones may be like, once they are read; `again` does. */
export function useMeetings() {
  const engine = useEngine();
  const { connection } = useSlices(engine, "connection");
  const [state, set] = useState({});
  const again = () =>
    readAll(engine).then(set, (error) => set((before) => ({ ...before, error })));
  useEffect(() => void (connection.phase === "online" && again()), [connection.phase]);
  return { ...state, again };
}

/** Arranges a meeting, or changes it; returns its id. */
export async function arrange(engine, place, meeting, given) {
  const made = meeting
    ? await ask(engine, "PUT", meeting.place, { ...meeting.key, ...given }, { "If-Match": meeting.etag })
    : await ask(engine, "POST", place, given);
  return made.onlineMeetingId;
}

export const cancel = (engine, meeting) => ask(engine, "DELETE", meeting.place);

/** Saves the file for calendars. */
export async function save(engine, meeting) {
  const file = new Blob([await ask(engine, "GET", meeting.file)], { type: "text/calendar" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "invitation.ics";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Does to somebody in a meeting what only leaders may: `rel` is admit, reject, promote and so on. */
export async function steer(engine, person, rel) {
  const place = href(await ask(engine, "GET", person.place), rel);
  if (place === null) throw { status: 403 };
  await ask(engine, "POST", place);
}

// Somebody else may have been quicker.
const gone = (error) => {
  if (!GONE.includes(error.status)) throw error;
};

/** Ends a meeting of one's own for everybody: one that was arranged is deleted, which ends it. */
export async function endForAll(engine, talk) {
  const { list } = talk.meeting.kind ? await readAll(engine) : { list: [] };
  const meeting = list.find(({ id, permanent }) => id === talk.meeting.id && !permanent);
  if (meeting) return cancel(engine, meeting).catch(gone);
  await Promise.all([
    ...talk.lobby.map((one) => steer(engine, one, "reject").catch(gone)),
    ...talk.people.map((one) => steer(engine, one, "eject").catch(gone)),
  ]);
  await engine.do("leave", talk.id);
}
