// The board: everybody on the list, by group, as they are now; and the directory, for who is not on
// it yet.

import { html, useMemo, useRef, useState } from "../vendor/preact.js";
import { language, t } from "../words/words.js";
import { BoardBar } from "./board_bar.js";
import { Confirm, AskText } from "./dialog.js";
import { Directory } from "./directory.js";
import { dragging } from "./drag.js";
import { Empty } from "./controls.js";
import { Group, groupName } from "./group.js";
import { refusal, useCommand, useEngine, useSlices } from "./hooks.js";
import { arrange } from "./order.js";
import { PersonMenu, useRegroup, useTalk } from "./person_menu.js";
import { go } from "./route.js";
import { useRove } from "./rove.js";

/** Runs a command whose refusal is shown where it was asked for. */
const asking = (engine, ...command) =>
  engine.do(...command).catch((error) => {
    throw { words: refusal(error) };
  });

function GroupDialog({ kind, group, onClose }) {
  const engine = useEngine();
  const command = useCommand();
  const name = group && groupName(group);
  if (kind === "delete") {
    return html`<${Confirm}
      title=${t("delete-group")} action=${t("delete")} onClose=${onClose}
      onYes=${() => command("deleteGroup", group.id)}
    >${t("delete-group-asks", { name })}<//>`;
  }
  return html`<${AskText}
    title=${t(kind === "rename" ? "rename-group" : "new-group")} label=${t("group-name")} value=${name}
    maxlength="64" action=${t(kind === "rename" ? "rename" : "create")} onClose=${onClose}
    run=${(text) => asking(engine, ...(group ? ["renameGroup", group.id, text] : ["createGroup", text]))}
  />`;
}

export function Board({ chosen }) {
  const engine = useEngine();
  const command = useCommand();
  const { groups, people, connection, preferences } = useSlices(
    engine,
    "groups",
    "people",
    "connection",
    "preferences",
  );
  const { order = "name", density = "large", closed = [] } = preferences;
  const [filter, look] = useState("");
  const [menu, open] = useState(null);
  const [asked, ask] = useState(null);
  const list = useRef();
  const talk = useTalk();
  const drag = dragging(useRegroup());
  useRove(list);
  const live = connection.phase === "online";
  const arranged = useMemo(
    () => arrange(groups, people, order, filter),
    [groups, people, order, filter, language()],
  );
  const found = arranged.filter(({ shown }) => !filter || shown.length > 0);
  const nobody = arranged.every(({ total }) => total === 0);
  const toggle = (id) =>
    command("prefer", {
      closed: closed.includes(id) ? closed.filter((one) => one !== id) : [...closed, id],
    });
  const does = {
    open: ({ address }) => go("people", address),
    chat: ({ address }) => talk(address),
    add: ({ address }) => command("addContact", address, null),
    menu: ({ address, group }, anchor) => open({ address, from: group, anchor }),
  };
  // A group of the directory goes nowhere, so nobody has to be sure.
  const about = (kind, group) =>
    kind === "unlist" ? command("deleteGroup", group.id) : ask({ kind, group });
  const click = (event) => {
    const button = event.target.closest("[data-does]");
    if (button) does[button.dataset.does](button.closest("[data-address]").dataset, button);
  };
  const context = (event) => {
    const button = event.target.closest("[data-address]")?.querySelector("[data-does=menu]");
    if (!button) return;
    event.preventDefault();
    does.menu(button.closest("[data-address]").dataset, button);
  };
  return html`<div class="board ${density}">
    <${BoardBar} ...${{ filter, look, order, density, list }} newGroup=${() => ask({ kind: "new" })} />
    <div class="board-list" ref=${list} onClick=${click} onContextMenu=${context} ...${drag}>
      ${
        nobody && !filter
          ? html`<${Empty} icon="people" title=${t("board-empty")}>${t("board-empty-help")}<//>`
          : found.map(
              (one) => html`<${Group}
            key=${one.group.id} arranged=${one} live=${live} chosen=${chosen} toggle=${toggle}
            closed=${!filter && closed.includes(one.group.id)} ask=${about}
          />`,
            )
      }
      ${filter && html`<${Directory} query=${filter} live=${live} chosen=${chosen} />`}
    </div>
    ${menu && html`<${PersonMenu} ...${menu} onClose=${() => open(null)} />`}
    ${asked && html`<${GroupDialog} ...${asked} onClose=${() => ask(null)} />`}
  </div>`;
}
