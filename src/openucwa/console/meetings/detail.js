// One of one's own meetings, and what can be done with it.

import { html, useState } from "../vendor/preact.js";
import { day, clock } from "../words/times.js";
import { t } from "../words/words.js";
import { Button, Empty, Field, IconButton } from "../views/controls.js";
import { Confirm } from "../views/dialog.js";
import { useCommand, useEngine, useSlices } from "../views/hooks.js";
import { go, to } from "../views/route.js";
import { cancel, save, useAct } from "./api.js";
import { copy } from "./meeting.js";

/** "Today, 10:00 – 11:00", with the second day where it is another one. */
export function span({ starts, ends }) {
  const last = day(ends) === day(starts) ? clock(ends) : `${day(ends)}, ${clock(ends)}`;
  return `${day(starts)}, ${clock(starts)} – ${last}`;
}

/** A function that joins a meeting, and shows it. */
export function useJoin() {
  const command = useCommand();
  return async (uri, given) => {
    const id = await command("join", uri, given);
    if (id) go("conversations", id);
  };
}

const Fact = ({ name, children }) => html`<div><dt>${name}</dt><dd>${children}</dd></div>`;

function Named({ addresses }) {
  const { people } = useSlices(useEngine(), "people");
  return addresses.map((one) => html`<span key=${one} class="named">${people[one]?.name ?? one}</span>`);
}

export function Detail({ meeting, gone }) {
  const engine = useEngine();
  const act = useAct();
  const join = useJoin();
  const [sure, ask] = useState(false);
  const { subject, description, starts, attendees, leaders, access, link, file, permanent, id } = meeting;
  const title = subject || t(permanent ? "own-room" : "meeting");
  const drop = async () => (await act(() => cancel(engine, meeting))) && gone();
  return html`<article class="meeting-page" aria-label=${title}>
    <header class="bar">
      <${IconButton} icon="back" class="only-narrow" label=${t("back")} onClick=${() => go("meetings")} />
      <h2>${title}</h2>
    </header>
    <div class="meeting-detail">
      <p class="when">${starts === null ? t("any-time") : span(meeting)}</p>
      <p class="acts">
        <${Button} tone="main" icon="meeting" onClick=${() => join(meeting.uri, { subject })}>${t("join")}<//>
        <a class="button" href=${to("meetings", id, "change")}>${t("change")}</a>
        ${file && html`<${Button} onClick=${() => act(() => save(engine, meeting))}>${t("calendar-file")}<//>`}
        ${!permanent && html`<${Button} tone="bad" icon="trash" onClick=${() => ask(true)}>${t("delete")}<//>`}
      </p>
      <div class="link-field">
        <${Field} label=${t("link")} value=${link} readonly hint=${t("link-help")} onFocus=${(e) => e.target.select()} />
        ${navigator.clipboard && html`<${IconButton} icon="copy" label=${t("copy-link")} onClick=${() => copy(link)} />`}
      </div>
      ${description && html`<p class="about">${description}</p>`}
      <dl class="facts">
        <${Fact} name=${t("who-enters")}>${t(`access-${access}`)}<//>
        ${attendees.length > 0 && html`<${Fact} name=${t("attendees")}><${Named} addresses=${attendees} /><//>`}
        ${leaders.length > 0 && html`<${Fact} name=${t("leaders")}><${Named} addresses=${leaders} /><//>`}
      </dl>
    </div>
    ${
      sure &&
      html`<${Confirm} title=${t("delete-meeting")} action=${t("delete")} onClose=${() => ask(false)} onYes=${drop}>
        ${t("delete-meeting-asks", { name: title })}
      <//>`
    }
  </article>`;
}

/** Somebody else's meeting, by its link: to come in as oneself. */
export function Invited({ meeting, uri }) {
  const join = useJoin();
  return html`<div class="invited">
    <${Empty} icon="meeting" title=${t("join-title")}>${t("meeting-by", { name: meeting.organizer })}<//>
    <${Button} tone="main" icon="meeting" onClick=${() => join(uri)}>${t("join")}<//>
  </div>`;
}
