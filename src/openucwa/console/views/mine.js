// The card of who is signed in: own presence, note and place, and how to change them.

import { html, useState } from "../vendor/preact.js";
import { until } from "../words/times.js";
import { t } from "../words/words.js";
import { Avatar } from "./avatar.js";
import { useCommand, useEngine, useSlices } from "./hooks.js";
import { Icon } from "./icons.js";
import { Inline } from "./inline.js";
import { Item, MenuButton, Separator } from "./menu.js";
import { Glyph, known, words } from "./presence.js";
import { Until } from "./until.js";

const NOTE_LENGTH = 500;
const PLACE_LENGTH = 100;
const SPANS = [30, 60, 120];
const TIMED = ["Busy", "DoNotDisturb"];
const REST = ["BeRightBack", "Away", "Offwork"];

function Spans({ value, set, ask }) {
  return html`<div class="spans">
    ${SPANS.map(
      (minutes) => html`<${Item}
      key=${minutes} class="chip" run=${() => set(value, minutes)}
      aria-label=${t("choose-for", { status: t(`choose-${value}`), span: t("span", { minutes }) })}
    >${t("span", { minutes })}<//>`,
    )}
    <${Item}
      class="chip" run=${() => ask(value)}
      aria-label=${t("choose-until", { status: t(`choose-${value}`) })}
    >${t("until-chip")}<//>
  </div>`;
}

/** The menu of what one may be; Busy and DoNotDisturb also for a time. */
function Availability({ me, live }) {
  const command = useCommand();
  const [asked, ask] = useState(null);
  const set = (availability, minutes = null) => command("setAvailability", availability, minutes);
  const shown = known(me.availability, live);
  const choice = (value) => html`<${Item}
    key=${value} icon=${html`<${Glyph} availability=${value === "Offwork" ? "Away" : value} />`}
    run=${() => set(value)}
  >${t(`choose-${value}`)}<//>`;
  const button = (props) => html`<button type="button" class="status" disabled=${!live} ...${props}>
    <${Glyph} availability=${shown} />
    <span><span class="unseen">${t("my-status")}: </span>${words(me.availability, me.activity, live)}</span>
    <${Icon} name="down" />
  </button>`;
  return html`<${MenuButton} button=${button} label=${t("my-status")} class="availability">
      ${choice("Online")}
      ${TIMED.map(
        (one) => html`<div key=${one} class="timed" role="none">
        ${choice(one)}<${Spans} value=${one} set=${set} ask=${ask} />
      </div>`,
      )}
      ${REST.map(choice)}
      <${Separator} />
      <${Item} icon="reset" run=${() => set(null)}>${t("choose-automatic")}<//>
    <//>
    ${
      asked &&
      html`<${Until}
      status=${asked} set=${(minutes) => set(asked, minutes)} onClose=${() => ask(null)}
    />`
    }`;
}

export function Mine() {
  const engine = useEngine();
  const command = useCommand();
  const { me, connection } = useSlices(engine, "me", "connection");
  const live = connection.phase === "online";
  return html`<section class="mine" aria-label=${t("mine")}>
    <div class="mine-head">
      <${Avatar} ...${me} availability=${null} />
      <div>
        <p class="mine-name">${me.name}</p>
        <p class="mine-title">${me.title || me.address.replace(/^sip:/, "")}</p>
      </div>
    </div>
    <${Availability} me=${me} live=${live} />
    ${
      me.expires &&
      live &&
      html`<p class="expires">
      ${t("ends-at", { time: until(me.expires) })}
      <button type="button" class="link" onClick=${() => command("setAvailability", null, null)}>
        ${t("end-now")}
      </button>
    </p>`
    }
    <div class="mine-lines">
      <${Inline}
        icon="chat" label=${t("note")} value=${me.note} placeholder=${t("note-placeholder")}
        maxlength=${NOTE_LENGTH} save=${(text) => command("setNote", text)}
      />
      <${Inline}
        icon="place" label=${t("place")} value=${me.location} placeholder=${t("place-placeholder")}
        maxlength=${PLACE_LENGTH} save=${(text) => command("setLocation", text)}
      />
    </div>
    ${me.outOfOffice && html`<p class="chip-line">${t("activity-out-of-office")}</p>`}
  </section>`;
}
