// One contact on the board. Clicks and keys are read by the board, so that a tile is cheap to draw.

import { html } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { memo } from "./hooks.js";
import { known, Presence } from "./presence.js";

const act = (icon, label, does) => html`<button
  type="button" class="tile-act" tabindex="-1" data-does=${does} aria-label=${label} title=${label}
  aria-haspopup=${does === "menu" ? "menu" : null}
><${Icon} name=${icon} /></button>`;

export const Tile = memo(function Tile({ person, group, live, chosen, add }) {
  const { address, name, title, department, note, location, availability } = person;
  const shown = known(availability, live);
  return html`<li
    class="tile is-${shown}" data-rove data-address=${address} data-group=${group} draggable=${!add}
  >
    <button
      type="button" class="tile-open" tabindex="-1" data-does="open" aria-current=${chosen ? "true" : null}
    >
      <${Avatar} ...${person} availability=${shown} />
      <span class="tile-text">
        <span class="tile-name">${name}</span>
        <${Presence} person=${person} live=${live} glyph=${false} />
        <span class="tile-title">
          ${title || department}
          ${location && html`<span class="tile-place"><${Icon} name="place" />${location}</span>`}
        </span>
        <span class="tile-note">${note}</span>
      </span>
    </button>
    <span class="tile-acts">
      ${add && act("add", t("add-person", { name }), "add")}
      ${act("chat", t("message-person", { name }), "chat")}
      ${!add && act("more", t("actions-person", { name }), "menu")}
    </span>
  </li>`;
});
