// Finds somebody in the directory, to invite them.

import { html, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Avatar } from "./avatar.js";
import { Field } from "./controls.js";
import { Dialog } from "./dialog.js";
import { useDirectory } from "./directory.js";
import { useEngine, useSlices } from "./hooks.js";
import { known, Presence } from "./presence.js";
import { useRove } from "./rove.js";

const SHOWN = 20;

/** A dialog; `pick(address)` is called with who is chosen. `but` are the addresses not to offer. */
export function Picker({ title, but, pick, onClose }) {
  const engine = useEngine();
  const [query, look] = useState("");
  const list = useRef();
  useRove(list);
  const { people, connection } = useSlices(engine, "people", "connection");
  const { long, busy, found } = useDirectory(query);
  const live = connection.phase === "online";
  const listed = Object.values(people).filter((person) => person.listed);
  const offered = (long ? found : listed)
    .filter(({ address }) => !but.includes(address))
    .slice(0, SHOWN);
  const keys = (event) => {
    if (event.key === "ArrowDown") list.current.querySelector("button")?.focus();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <${Field}
      label=${t("find-person")} type="search" value=${query} autofocus autocomplete="off" maxlength="100"
      onInput=${(e) => look(e.target.value)} onKeyDown=${keys}
    />
    <ul class="picks" ref=${list}>
      ${offered.map(
        (person) => html`<li key=${person.address} data-rove>
        <button type="button" tabindex="-1" class="pick" onClick=${() => (onClose(), pick(person.address))}>
          <${Avatar} ...${person} availability=${known(person.availability, live)} />
          <span><span class="tile-name">${person.name}</span>
            <${Presence} person=${person} live=${live} glyph=${false} /></span>
        </button>
      </li>`,
      )}
    </ul>
    <p class="hint" role="status">${busy ? t("directory-busy") : offered.length ? "" : t("directory-none")}</p>
  <//>`;
}
