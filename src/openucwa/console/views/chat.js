// One conversation: who is in it, what was said, and what one can do now.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { language, t } from "../words/words.js";
import { Avatars } from "./avatar.js";
import { Button, IconButton } from "./controls.js";
import { Composer } from "./composer.js";
import { refusal, useCommand, useEngine, useSlices } from "./hooks.js";
import { Picker } from "./picker.js";
import { Presence } from "./presence.js";
import { go } from "./route.js";
import { knower, titleOf, why } from "./talks.js";
import { toast } from "./toast.js";
import { Turns } from "./turns.js";

const NEAR_END = 80;

/** Tells the engine that this conversation is before somebody's eyes, while it is. */
function useShown(engine, id) {
  useEffect(() => {
    const tell = () => engine.showConversation(document.visibilityState === "visible" ? id : null);
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => {
      document.removeEventListener("visibilitychange", tell);
      engine.showConversation(null);
    };
  }, [id]);
}

/** Keeps the newest message in sight, unless somebody has scrolled up. */
function useEnd(box, changed) {
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [changed]);
  return (event) => {
    const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
  };
}

function Head({ talk, people, live, command, invite }) {
  const [only] = talk.people;
  const person = talk.people.length === 1 && people[only.address];
  const open = ["connected", "connecting", "ringing"].includes(talk.state);
  return html`<header class="chat-head">
    <${IconButton} icon="back" class="only-narrow" label=${t("back")} onClick=${() => go("conversations")} />
    <${Avatars} people=${talk.people.length ? talk.people : [{ name: "" }]} known=${knower(people, live)} />
    <div class="chat-who">
      <h2>${titleOf(talk)}</h2>
      ${
        person
          ? html`<${Presence} person=${person} live=${live} glyph=${false} />`
          : html`<p class="hint">${t("with-people", { n: talk.people.length })}</p>`
      }
    </div>
    ${talk.canInvite && html`<${IconButton} icon="invite" label=${t("invite")} onClick=${invite} />`}
    ${open && html`<${IconButton} icon="leave" label=${t("leave")} onClick=${() => command("leave", talk.id)} />`}
    ${
      !open &&
      talk.state !== "incoming" &&
      html`<${IconButton}
      icon="close" label=${t("close-talk")} onClick=${() => (command("close", talk.id), go("conversations"))}
    />`
    }
  </header>`;
}

export function Foot({ talk, live, command }) {
  const { id, state, people } = talk;
  const name = new Intl.ListFormat(language()).format(people.map((one) => one.name));
  if (state === "incoming") {
    return html`<div class="chat-foot asks">
      <p>${t("invites-you", { name: people[0]?.name ?? "" })}</p>
      <${Button} onClick=${() => (command("decline", id), go("conversations"))}>${t("decline")}<//>
      <${Button} tone="main" icon="check" onClick=${() => command("accept", id)}>${t("accept")}<//>
    </div>`;
  }
  if (state === "ended") {
    const again = async () => {
      const all = people.map((one) => one.address);
      const opened = await (all.length === 1
        ? command("openConversation", all[0])
        : command("openGroupConversation", all));
      if (opened) go("conversations", opened);
    };
    return html`<div class="chat-foot asks">
      <p>${why(talk.reason) || t("ended")}</p>
      ${people.length > 0 && html`<${Button} icon="chat" onClick=${again}>${t("talk-again")}<//>`}
    </div>`;
  }
  return html`<div class="chat-foot">
    <p class="typing" aria-live="polite">
      ${
        talk.typing.length > 0
          ? t("typing", {
              n: talk.typing.length,
              name: new Intl.ListFormat(language()).format(talk.typing),
            })
          : state === "ringing"
            ? t("ringing")
            : state === "connecting"
              ? t("connecting")
              : ""
      }
    </p>
    <${Composer} key=${id} id=${id} to=${name} live=${live} say=${(text) => command("say", id, text)} />
  </div>`;
}

const head = (props) => html`<${Head} ...${props} />`;
const foot = (props) => html`<${Foot} ...${props} />`;

/** `top` and `bottom` draw what stands above and below what was said, where that differs. */
export function Chat({ id, top = head, bottom = foot }) {
  const engine = useEngine();
  const command = useCommand();
  const { conversations, people, connection } = useSlices(
    engine,
    "conversations",
    "people",
    "connection",
  );
  const [inviting, invite] = useState(false);
  const talk = conversations.find((one) => one.id === id);
  const box = useRef();
  const scrolled = useEnd(box, talk.messages);
  useShown(engine, id);
  const live = connection.phase === "online";
  const invited = (address) =>
    engine.do("invite", id, address).then(
      () => toast({ title: t("invited", { name: people[address].name }) }),
      (error) => toast({ title: refusal(error), tone: "bad" }),
    );
  // What was not sent is said once more in place of itself.
  const retry =
    live && talk.canSend ? ({ id: failed, text }) => command("say", id, text, failed) : null;
  return html`<section class="chat" aria-label=${titleOf(talk)}>
    ${top({ talk, people, live, command, invite: () => invite(true) })}
    <div class="said" ref=${box} onScroll=${scrolled} role="log" aria-label=${t("messages")} tabindex="0">
      ${talk.messages.length === 0 && talk.state === "draft" && html`<p class="hint centred">${t("draft-help")}</p>`}
      <${Turns} messages=${talk.messages} look=${knower(people, live)} retry=${retry} />
    </div>
    ${bottom({ talk, live, command })}
    ${
      inviting &&
      html`<${Picker}
      title=${t("invite")} but=${talk.people.map((one) => one.address)} onClose=${() => invite(false)}
      pick=${invited}
    />`
    }
  </section>`;
}
