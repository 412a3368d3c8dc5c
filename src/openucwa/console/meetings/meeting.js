// A meeting that goes on: what is said in it, who is in it, and the wait before one is let in.

import { html, useState } from "../vendor/preact.js";
import { has, t } from "../words/words.js";
import { Chat, Foot } from "../views/chat.js";
import { Button, Empty, IconButton } from "../views/controls.js";
import { Confirm } from "../views/dialog.js";
import { useCommand, useEngine, useSlices } from "../views/hooks.js";
import { Item, MenuButton } from "../views/menu.js";
import { go } from "../views/route.js";
import { titleOf, why } from "../views/talks.js";
import { toast } from "../views/toast.js";
import { endForAll, useAct } from "./api.js";
import { Roster } from "./roster.js";

/** Puts a link into the clipboard and says so, or shows it where the browser does not allow that. */
export const copy = (link) =>
  navigator.clipboard.writeText(link).then(
    () => toast({ title: t("link-copied"), text: link }),
    () => toast({ title: t("link"), text: link }),
  );

const Back = () =>
  html`<${IconButton} icon="back" class="only-narrow" label=${t("back")} onClick=${() => go("conversations")} />`;

function More({ talk }) {
  const engine = useEngine();
  const act = useAct();
  const [sure, ask] = useState(false);
  const { acts, meeting, me } = talk;
  const post = (place) => act(() => engine.do("ask", "POST", place));
  const { enableAudienceMessaging: hear, disableAudienceMessaging: hush } = acts;
  const copies = meeting.joinUrl && navigator.clipboard;
  if (!(copies || hear || hush || me?.organizer)) return null;
  return html`<${MenuButton} label=${t("actions-meeting")} button=${(props) => html`<${IconButton}
      icon="more" label=${t("actions-meeting")} ...${props} />`}>
      ${copies && html`<${Item} icon="copy" run=${() => copy(meeting.joinUrl)}>${t("copy-link")}<//>`}
      ${hush && html`<${Item} icon="close" run=${() => post(hush)}>${t("hush-audience")}<//>`}
      ${hear && html`<${Item} icon="chat" run=${() => post(hear)}>${t("hear-audience")}<//>`}
      ${me?.organizer && html`<${Item} icon="trash" tone="bad" run=${() => ask(true)}>${t("end-for-all")}<//>`}
    <//>
    ${
      sure &&
      html`<${Confirm}
        title=${t("end-for-all")} action=${t("end-for-all")} onClose=${() => ask(false)}
        onYes=${() => act(() => endForAll(engine, talk))}
      >${t("end-for-all-asks")}<//>`
    }`;
}

function Head({ talk, visitor, invite, leave, roster }) {
  const command = useCommand();
  const open = ["connected", "connecting", "lobby"].includes(talk.state);
  const close = () => (command("close", talk.id), go("conversations"));
  return html`<header class="chat-head">
    ${!visitor && html`<${Back} />`}
    <div class="chat-who">
      <h2>${titleOf(talk)}</h2>
      <p class="hint">${talk.state === "connected" ? t("with-people", { n: talk.people.length }) : t("meeting")}</p>
    </div>
    ${roster && html`<${IconButton} icon="people" class="only-narrow" label=${t("roster")} ...${roster} />`}
    ${talk.canInvite && html`<${IconButton} icon="invite" label=${t("invite")} onClick=${invite} />`}
    ${talk.state === "connected" && html`<${More} talk=${talk} />`}
    ${open && html`<${IconButton} icon="leave" label=${t("leave-meeting")} onClick=${leave} />`}
    ${!open && talk.state !== "incoming" && html`<${IconButton} icon="close" label=${t("close-talk")} onClick=${close} />`}
  </header>`;
}

/** Why a meeting is over for somebody, in words. */
export function over({ reason }) {
  const key = `meeting-${reason?.key}`;
  return has(key) ? t(key) : why(reason) || t("meeting-ended");
}

function Below({ talk, command, ...rest }) {
  const { id, state, meeting, people } = talk;
  if (state === "incoming") {
    return html`<div class="chat-foot asks">
      <p>${t("invites-you-meeting", { name: people[0]?.name ?? "" })}</p>
      <${Button} onClick=${() => (command("decline", id), go("conversations"))}>${t("decline")}<//>
      <${Button} tone="main" icon="check" onClick=${() => command("accept", id)}>${t("accept")}<//>
    </div>`;
  }
  if (state === "ended") {
    return html`<div class="chat-foot asks">
      <p>${over(talk)}</p>
      ${meeting.uri && html`<${Button} icon="meeting" onClick=${() => command("join", meeting.uri)}>${t("join-again")}<//>`}
    </div>`;
  }
  if (talk.audience === "Disabled" && !talk.leads) {
    return html`<div class="chat-foot asks"><p class="hint" role="status">${t("audience-quiet")}</p></div>`;
  }
  const all = { ...talk, people: [{ name: titleOf(talk) }] };
  return html`<${Foot} talk=${all} command=${command} ...${rest} />`;
}

/** `visitor` is whoever sees nothing but this meeting; `left` is called when she leaves. */
export function Meeting({ id, visitor = false, left }) {
  const engine = useEngine();
  const command = useCommand();
  const { conversations } = useSlices(engine, "conversations");
  const [open, show] = useState(false);
  const talk = conversations.find((one) => one.id === id);
  const leave = left ?? (() => command("leave", id));
  const top = { talk, visitor, leave };
  if (["lobby", "connecting"].includes(talk.state)) {
    const key = talk.state === "lobby" ? "lobby-wait" : "connecting";
    return html`<section class="chat" aria-label=${titleOf(talk)}>
      <${Head} ...${top} />
      <div class="waiting" role="status">
        <${Empty} icon="door" title=${t(key)}>${talk.state === "lobby" && t("lobby-wait-help")}<//>
      </div>
    </section>`;
  }
  const roster = { "aria-expanded": String(open), onClick: () => show(!open) };
  const live = talk.state === "connected";
  return html`<div class="meeting ${open ? "shows-roster" : ""} ${live ? "is-live" : ""}">
    <${Chat}
      id=${id} top=${({ invite }) => html`<${Head} ...${top} roster=${live && roster} invite=${invite} />`}
      bottom=${(props) => html`<${Below} ...${props} />`}
    />
    ${live && html`<${Roster} talk=${talk} visitor=${visitor} />`}
  </div>`;
}
