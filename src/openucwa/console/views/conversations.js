// The conversations that go on, beside the one that is read.

import { html, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Chat } from "./chat.js";
import { Empty, IconButton } from "./controls.js";
import { useEngine, useSlices } from "./hooks.js";
import { lazy } from "./lazy.js";
import { Picker } from "./picker.js";
import { useTalk } from "./person_menu.js";
import { useRove } from "./rove.js";
import { knower, Talk } from "./talks.js";

const Meeting = lazy(() => import("../meetings/meeting.js"), "Meeting", "meetings.css");

function lastWords({ state, typing, messages, subject }) {
  if (state === "incoming")
    return t("invitation", { subject: subject || messages.at(-1)?.text || "" });
  if (typing.length) return t("typing", { n: typing.length, name: typing.join(", ") });
  const last = messages.at(-1);
  if (last?.mine) return t("you-said", { text: last.text });
  return last?.text ?? (state === "draft" ? t("draft") : "");
}

export function Conversations({ id }) {
  const engine = useEngine();
  const talk = useTalk();
  const { conversations, people, connection, me } = useSlices(
    engine,
    "conversations",
    "people",
    "connection",
    "me",
  );
  const [picking, pick] = useState(false);
  const list = useRef();
  useRove(list);
  const look = knower(people, connection.phase === "online");
  const shown = conversations.find((one) => one.id === id);
  return html`<div class="split ${shown ? "has-detail" : ""}">
    <div class="split-list">
      <header class="bar">
        <h2>${t("conversations")}</h2>
        <${IconButton} icon="add" label=${t("new-conversation")} onClick=${() => pick(true)} />
      </header>
      <ul class="talks" ref=${list}>
        ${conversations.map(
          (one) => html`<${Talk}
          key=${one.id} talk=${one} view="conversations" text=${lastWords(one)} look=${look}
          time=${one.messages.at(-1)?.time ?? one.opened} chosen=${one === shown} mark="is-${one.state}"
        />`,
        )}
      </ul>
      ${conversations.length === 0 && html`<p class="hint centred">${t("talks-empty")}</p>`}
    </div>
    <div class="split-detail">
      ${
        shown
          ? html`<${shown.meeting ? Meeting : Chat} key=${id} id=${id} />`
          : html`<${Empty} icon="chat" title=${t(conversations.length ? "talks-choose" : "talks-empty")}>
            ${t("talks-empty-help")}
          <//>`
      }
    </div>
    ${
      picking &&
      html`<${Picker}
      title=${t("new-conversation")} but=${[me.address]} onClose=${() => pick(false)} pick=${talk}
    />`
    }
  </div>`;
}
