// The meetings that one has arranged, beside the one that is looked at; and how others are joined.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Empty, IconButton } from "../views/controls.js";
import { AskText } from "../views/dialog.js";
import { refusal, useEngine, useSlices } from "../views/hooks.js";
import { Icon } from "../views/icons.js";
import { go, to } from "../views/route.js";
import { useRove } from "../views/rove.js";
import { useMeetings } from "./api.js";
import { Detail, Invited, span, useJoin } from "./detail.js";
import { meetingAt, uriOf } from "./link.js";
import { Schedule } from "./schedule.js";

const Line = ({ meeting, chosen }) => html`<li data-rove>
  <a
    class="talk ${meeting.ends && meeting.ends < Date.now() ? "is-ended" : ""}" tabindex="-1"
    href=${to("meetings", meeting.id)} aria-current=${chosen ? "page" : null}
  >
    <span class="meeting-mark"><${Icon} name=${meeting.permanent ? "door" : "meeting"} /></span>
    <span class="talk-text">
      <span class="talk-title">${meeting.subject || t(meeting.permanent ? "own-room" : "meeting")}</span>
      <span class="talk-last">${meeting.starts === null ? t("any-time") : span(meeting)}</span>
    </span>
  </a>
</li>`;

function ByLink({ onClose }) {
  const { me } = useSlices(useEngine(), "me");
  const find = async (text) => {
    const here = text.startsWith(`${location.origin}/`) ? me.address.split("@").pop() : "";
    const found = meetingAt(text, here);
    if (!found) throw { words: t("link-unknown") };
    go("meetings", "join", found.organizer, found.id);
  };
  return html`<${AskText}
    title=${t("join-by-link")} label=${t("link")} action=${t("next")} maxlength="1000" run=${find} onClose=${onClose}
  />`;
}

export function Meetings({ path }) {
  const engine = useEngine();
  const join = useJoin();
  const { me } = useSlices(engine, "me");
  const { list, error, again, ...terms } = useMeetings();
  const [byLink, ask] = useState(false);
  const box = useRef();
  useRove(box);
  const [id, ...rest] = path;
  const meeting = list?.find((one) => one.id === id);
  const other = id === "join" && rest.length === 2 && { organizer: rest[0], id: rest[1] };
  const ready = Boolean(list);
  const done = (made) => again().then(() => go("meetings", made));
  const detail = () => {
    if (other) return html`<${Invited} meeting=${other} uri=${uriOf(other)} />`;
    if (ready && (id === "new" || (meeting && rest[0] === "change")))
      return html`<${Schedule} key=${id} meeting=${meeting} ...${terms} done=${done} />`;
    if (meeting) return html`<${Detail} key=${id} meeting=${meeting} gone=${() => (go("meetings"), again())} />`;
    return null;
  };
  const shown = detail();
  return html`<div class="split ${shown ? "has-detail" : ""}">
    <div class="split-list">
      <header class="bar">
        <h2>${t("meetings")}</h2>
        <${IconButton} icon="add" label=${t("schedule")} onClick=${() => go("meetings", "new")} />
      </header>
      <p class="bar-acts">
        <${Button} icon="meeting" onClick=${() => join(null, { subject: t("meeting-of", { name: me.name }) })}>${t("meet-now")}<//>
        <${Button} onClick=${() => ask(true)}>${t("join-by-link")}<//>
      </p>
      <ul class="talks" ref=${box}>
        ${list?.map((one) => html`<${Line} key=${one.id} meeting=${one} chosen=${one === meeting} />`)}
      </ul>
      <p class="hint centred" role="status">
        ${error ? refusal(error) : !list ? t("loading") : list.length === 0 && t("meetings-empty")}
      </p>
    </div>
    <div class="split-detail">
      ${shown ?? html`<${Empty} icon="meeting" title=${t("meetings-choose")}>${t("meetings-help")}<//>`}
    </div>
    ${byLink && html`<${ByLink} onClose=${() => ask(false)} />`}
  </div>`;
}
