// A meeting is arranged, or changed: what it is about, when, with whom, and who enters.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Field, IconButton } from "../views/controls.js";
import { refusal, useEngine, useSlices } from "../views/hooks.js";
import { Picker } from "../views/picker.js";
import { go } from "../views/route.js";
import { arrange } from "./api.js";

const HALF_HOUR = 30 * 60_000;
// What a refusal names, and the field that it is about.
const FIELDS = { startTime: "starts", endTime: "ends", accessLevel: "access", automaticLeaderAssignment: "leads" };

/** A time as fields of forms take it: here, without a zone. */
const local = (ms) => (ms === null ? "" : new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16));

function fresh(usual) {
  const starts = Math.ceil(Date.now() / HALF_HOUR) * HALF_HOUR;
  return { subject: "", description: "", starts, ends: starts + HALF_HOUR, attendees: [], leaders: [], ...usual };
}

const lines = (text) => text.split(/[\n,;]/).map((line) => line.trim()).filter(Boolean);
const uris = (text) => lines(text).map((line) => (/^sip:/i.test(line) ? line : `sip:${line}`));

function given(typed) {
  const { subject, description, starts, ends, attendees, leaders, access, leads } = typed;
  const times = starts || ends ? { startTime: iso(starts), endTime: iso(ends) } : {};
  return {
    subject: subject.trim(),
    description: description.trim(),
    attendees: uris(attendees),
    leaders: uris(leaders),
    accessLevel: access,
    automaticLeaderAssignment: leads,
    ...times,
  };
}

const iso = (text) => (text ? new Date(text).toISOString() : undefined);

export function Schedule({ meeting, place, choices, usual, done }) {
  const engine = useEngine();
  const { me } = useSlices(engine, "me");
  const [typed, type] = useState(() => {
    const { starts, ends, attendees, leaders, ...rest } = meeting ?? fresh(usual);
    const texts = { starts: local(starts), ends: local(ends), attendees: attendees.join("\n"), leaders: leaders.join("\n") };
    return { ...rest, ...texts };
  });
  const [error, refuse] = useState(null);
  const [busy, wait] = useState(false);
  const [picking, pick] = useState(null);
  const form = useRef();
  const wrong = Object.fromEntries((error?.parameters ?? []).map(({ name, reason }) => [FIELDS[name] ?? name, reason]));
  const elsewhere = error && !Object.keys(wrong).some((name) => name in typed);
  useEffect(() => error && form.current.querySelector("[aria-invalid]")?.focus(), [error]);
  const back = () => (meeting ? go("meetings", meeting.id) : go("meetings"));
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    wait(true);
    refuse(null);
    try {
      done(await arrange(engine, place, meeting, given(typed)));
    } catch (said) {
      refuse(said);
      wait(false);
    }
  };
  const field = (name, label, rest = {}) => html`<${Field}
    label=${t(label)} value=${typed[name]} error=${wrong[name]} autocomplete="off"
    onInput=${(e) => type({ ...typed, [name]: e.target.value })} ...${rest}
  />`;
  const choice = (name, label) => field(name, label, {
    as: "select",
    children: choices[name]
      .filter((one) => one !== "None" || typed[name] === one || !choices[name].includes("Invited"))
      .map((one) => html`<option key=${one} value=${one}>${t(`${name}-${one}`)}</option>`),
  });
  const people = (name, label, add) => html`<div class="people-field">
    ${field(name, label, { as: "textarea", rows: 3, hint: t("one-address-a-line") })}
    <${IconButton} icon="invite" label=${t(add)} onClick=${() => pick(name)} />
  </div>`;
  const chosen = (address) => type({ ...typed, [picking]: [...lines(typed[picking]), address].join("\n") });
  const title = t(meeting ? "change-meeting" : "schedule");
  return html`<section class="meeting-page" aria-label=${title}>
    <header class="bar">
      <${IconButton} icon="back" class="only-narrow" label=${t("back")} onClick=${back} />
      <h2>${title}</h2>
    </header>
    <form ref=${form} class="meeting-form" onSubmit=${submit}>
      ${field("subject", "subject", { maxlength: 250, required: true, autofocus: true })}
      <div class="side-by-side">
        ${field("starts", "starts", { type: "datetime-local", required: Boolean(meeting?.starts) })}
        ${field("ends", "ends", { type: "datetime-local", min: typed.starts, required: Boolean(typed.starts) })}
      </div>
      ${field("description", "description", { as: "textarea", rows: 3, maxlength: 10_000 })}
      ${people("attendees", "attendees", "add-attendee")}
      ${people("leaders", "leaders", "add-leader")}
      ${choice("access", "who-enters")}
      ${choice("leads", "who-leads")}
      <p class="error" role="alert">${elsewhere && refusal(error)}</p>
      <footer>
        <${Button} onClick=${back}>${t("cancel")}<//>
        <${Button} tone="main" type="submit" busy=${busy}>${t(meeting ? "keep-changes" : "schedule")}<//>
      </footer>
    </form>
    ${
      picking &&
      html`<${Picker}
        title=${t(picking === "leaders" ? "add-leader" : "add-attendee")} but=${[me.address, ...lines(typed[picking])]}
        pick=${chosen} onClose=${() => pick(null)}
      />`
    }
  </section>`;
}
