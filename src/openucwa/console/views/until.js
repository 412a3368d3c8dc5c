// Asks until when somebody is busy or not to be disturbed.

import { html, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Field } from "./controls.js";
import { Dialog } from "./dialog.js";

const DAY_MINUTES = 24 * 60;

/** "14:00": the next full hour that is at least half an hour away. */
function suggested() {
  const time = new Date(Date.now() + 90 * 60_000);
  return `${String(time.getHours()).padStart(2, "0")}:00`;
}

/** The minutes from now to the next time that a clock shows this. */
function minutesUntil(text) {
  const [hours, minutes] = text.split(":").map(Number);
  const now = new Date();
  const span = hours * 60 + minutes - (now.getHours() * 60 + now.getMinutes());
  return span > 0 ? span : span + DAY_MINUTES;
}

export function Until({ status, set, onClose }) {
  const [time, change] = useState(suggested);
  const submit = (event) => {
    event.preventDefault();
    onClose();
    set(minutesUntil(time));
  };
  return html`<${Dialog} title=${t(`choose-${status}`)} onClose=${onClose} class="small">
    <form onSubmit=${submit}>
      <${Field}
        label=${t("until-label")} type="time" value=${time} required autofocus hint=${t("until-hint")}
        onInput=${(e) => change(e.target.value)}
      />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} tone="main" type="submit" disabled=${!time}>${t("set")}<//>
      </footer>
    </form>
  <//>`;
}
