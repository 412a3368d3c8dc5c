// What was said, day by day, as bubbles.

import { html } from "../vendor/preact.js";
import { clock } from "../words/times.js";
import { t } from "../words/words.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { Written } from "./links.js";
import { bundled, why } from "./talks.js";

function Bubble({ message, retry }) {
  const { text, status } = message;
  return html`<div class="bubble is-${status ?? "sent"}">
    <p><${Written} text=${text} /></p>
    ${
      status === "failed" &&
      html`<p class="failed">
      <${Icon} name="warn" /><span>${t("not-sent")} ${why(message.reason)}</span>
      ${retry && html`<button type="button" class="link" onClick=${() => retry(message)}>${t("retry")}</button>`}
    </p>`
    }
  </div>`;
}

function Turn({ turn, look, retry }) {
  const [first] = turn.messages;
  const last = turn.messages.at(-1);
  return html`<div class="turn ${first.mine ? "mine-turn" : ""}">
    ${!first.mine && html`<${Avatar} ...${look(first)} availability=${null} />`}
    <div>
      <p class="turn-head">
        <span class=${first.mine ? "unseen" : "turn-name"}>${first.mine ? t("you") : first.name}</span>
        <time datetime=${new Date(first.time).toISOString()}>${clock(first.time)}</time>
      </p>
      ${turn.messages.map(
        (message) => html`<${Bubble}
        key=${message.id ?? message.place} message=${message} retry=${retry}
      />`,
      )}
      ${last.status === "sending" && html`<p class="sending">${t("sending")}</p>`}
    </div>
  </div>`;
}

export const Turns = ({ messages, look, retry }) =>
  bundled(messages).map(
    ({ date, turns }) => html`<section key=${date} class="day" aria-label=${date}>
    <h3><span>${date}</span></h3>
    ${turns.map((turn) => html`<${Turn} key=${turn.key} turn=${turn} look=${look} retry=${retry} />`)}
  </section>`,
  );
