// One group of the board: its name, how many can be reached, its people, and what can be done with
// it.

import { html } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { IconButton } from "./controls.js";
import { Icon } from "./icons.js";
import { Item, MenuButton } from "./menu.js";
import { Tile } from "./tile.js";

const OURS = new Set(["pinned", "default", "delegates", "delegators", "organization"]);

/** The name of a group; those that everybody has are named in the language of the console. */
export const groupName = (group) => (OURS.has(group.kind) ? t(`group-${group.kind}`) : group.name);

/** Whether people can be put into a group. */
export const takes = (group) => group.canDrop;

export function Group({ arranged, live, chosen, closed, toggle, ask }) {
  const { group, shown, total, free } = arranged;
  const name = groupName(group);
  const count =
    total === 0 ? "" : live ? t("group-free", { free, total }) : t("group-total", { total });
  const more = (props) => html`<${IconButton}
    icon="more" label=${t("actions-group", { name })} ...${props}
  />`;
  return html`<section class="group" data-drop=${takes(group) ? group.id : null} aria-label=${name}>
    <header class="group-head">
      <h2>
        <button type="button" aria-expanded=${closed ? "false" : "true"} onClick=${() => toggle(group.id)}>
          <${Icon} name="down" />${group.kind === "pinned" && html`<${Icon} name="star" />`}${name}
        </button>
      </h2>
      <span class="group-count">${count}</span>
      ${
        (group.canRename || group.canDelete) &&
        html`<${MenuButton} button=${more} label=${name}>
        ${group.canRename && html`<${Item} icon="edit" run=${() => ask("rename", group)}>${t("rename")}<//>`}
        ${
          group.canDelete &&
          html`<${Item} icon="trash" tone="bad" run=${() => ask(group.canRename ? "delete" : "unlist", group)}>
          ${t(group.canRename ? "delete-group" : "remove-person")}
        <//>`
        }
      <//>`
      }
    </header>
    ${
      !closed &&
      html`<ul class="tiles">
      ${shown.map(
        (person) => html`<${Tile}
        key=${person.address} person=${person} group=${group.id} live=${live}
        chosen=${person.address === chosen}
      />`,
      )}
    </ul>
    ${total === 0 && html`<p class="group-empty">${t("group-empty")}</p>`}`
    }
  </section>`;
}
