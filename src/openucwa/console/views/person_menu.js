// What can be done with a contact, as a menu: by mouse, by keyboard, and where nothing can be
// dragged.

import { html } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { groupName, takes } from "./group.js";
import { useCommand, useEngine, useSlices } from "./hooks.js";
import { Item, Label, Menu, Separator } from "./menu.js";
import { go } from "./route.js";
import { announce } from "./toast.js";

/** A function that opens a conversation with somebody, and shows it. */
export function useTalk() {
  const command = useCommand();
  return async (address) => {
    const id = await command("openConversation", address);
    if (id) go("conversations", id);
  };
}

/** A function that puts somebody into another group, and says so. */
export function useRegroup() {
  const engine = useEngine();
  const command = useCommand();
  return async ({ address, from, to, copy }) => {
    await (copy ? command("copyContact", address, to) : command("moveContact", address, from, to));
    const group = engine.state.groups.find((one) => one.id === to);
    const name = engine.state.people[address]?.name;
    if (group && name) announce(t("is-in-group", { name, group: groupName(group) }));
  };
}

export function PersonMenu({ anchor, address, from, onClose }) {
  const engine = useEngine();
  const command = useCommand();
  const talk = useTalk();
  const regroup = useRegroup();
  const { groups, people } = useSlices(engine, "groups", "people");
  const others = groups.filter((group) => takes(group) && !group.members.includes(address));
  const here = groups.find((group) => group.id === from);
  const place = (copy) => html`<${Separator} />
    <${Label}>${t(copy ? "copy-to" : "move-to")}<//>
    ${others.map(
      (group) => html`<${Item}
      key=${group.id} icon="group" run=${() => regroup({ address, from, to: group.id, copy })}
      aria-label=${`${t(copy ? "copy-to" : "move-to")} ${groupName(group)}`}
    >${groupName(group)}<//>`,
    )}`;
  return html`<${Menu} anchor=${anchor} label=${people[address].name} onClose=${onClose}>
    <${Item} icon="chat" run=${() => talk(address)}>${t("message")}<//>
    <${Item} icon="people" run=${() => go("people", address)}>${t("details")}<//>
    ${others.length > 0 && here && takes(here) && place(false)}
    ${others.length > 0 && place(true)}
    ${
      people[address].listed &&
      html`<${Separator} />
      <${Item} icon="trash" tone="bad" run=${() => command("removeContact", address)}>
        ${t("remove-person")}
      <//>`
    }
  <//>`;
}
