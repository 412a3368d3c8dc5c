// Everything about one person, beside the board.

import { html, useEffect, useLayoutEffect, useRef } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Avatar } from "./avatar.js";
import { Button, Empty, IconButton } from "./controls.js";
import { groupName, takes } from "./group.js";
import { useCommand, useEngine, useSlices } from "./hooks.js";
import { Item, MenuButton } from "./menu.js";
import { useTalk } from "./person_menu.js";
import { known, Presence } from "./presence.js";
import { go } from "./route.js";

const Fact = ({ name, children }) =>
  html`<div class="fact"><dt>${name}</dt><dd>${children}</dd></div>`;
const link = (scheme, value) =>
  html`<a href=${`${scheme}:${value.replace(/\s/g, "")}`}>${value}</a>`;
const phoneName = (type) =>
  t(`phone-${["work", "mobile", "home"].includes(type) ? type : "other"}`);

/** The groups that somebody is in, and those to be added to. */
function Groups({ person }) {
  const engine = useEngine();
  const command = useCommand();
  const { groups } = useSlices(engine, "groups");
  const { address } = person;
  const inside = groups.filter((group) => group.members.includes(address));
  const others = groups.filter((group) => takes(group) && !inside.includes(group));
  const add = (props) =>
    html`<${Button} icon="add" ...${props}>${t(person.listed ? "add-to-group" : "add")}<//>`;
  const put = (group) =>
    person.listed
      ? command("copyContact", address, group.id)
      : command("addContact", address, group.id);
  return html`<div class="person-groups">
    ${inside.map((group) => html`<span key=${group.id} class="chip">${groupName(group)}</span>`)}
    ${
      others.length > 0 &&
      html`<${MenuButton} button=${add} label=${t("add-to-group")}>
      ${others.map(
        (group) => html`<${Item} key=${group.id} icon="group" run=${() => put(group)}>
        ${groupName(group)}
      <//>`,
      )}
    <//>`
    }
  </div>`;
}

function Facts({ person }) {
  const { department, company, office, emails, phones, location, address } = person;
  return html`<dl class="facts">
    ${location && html`<${Fact} name=${t("place")}>${location}<//>`}
    ${department && html`<${Fact} name=${t("department")}>${department}<//>`}
    ${company && html`<${Fact} name=${t("company")}>${company}<//>`}
    ${office && html`<${Fact} name=${t("office")}>${office}<//>`}
    ${phones.map(
      ({ type, number }) => html`<${Fact} key=${number} name=${phoneName(type)}>
      ${link("tel", number)}
    <//>`,
    )}
    ${emails.map((email) => html`<${Fact} key=${email} name=${t("email")}>${link("mailto", email)}<//>`)}
    <${Fact} name=${t("address")}>${address.replace(/^sip:/, "")}<//>
  </dl>`;
}

export function Person({ address }) {
  const engine = useEngine();
  const command = useCommand();
  const talk = useTalk();
  const { people, connection } = useSlices(engine, "people", "connection");
  const live = connection.phase === "online";
  const person = people[address];
  useEffect(() => void command("look", address), [address]);
  const box = useRef();
  // The keyboard goes along to what was opened, and back to where it was opened.
  useLayoutEffect(() => {
    if (document.activeElement.closest(".board")) box.current.focus();
  }, []);
  const leave = () => {
    document.querySelector(".tile-open[aria-current]")?.focus();
    go("people");
  };
  const close = html`<${IconButton} icon="close" label=${t("close")} onClick=${leave} />`;
  if (!person) {
    return html`<div class="person" ref=${box} tabindex="-1">
      ${close}<${Empty} icon="people" title=${t("person-unknown")}>
      ${t("person-unknown-help")}
    <//></div>`;
  }
  const keys = (event) => event.key === "Escape" && !event.defaultPrevented && leave();
  return html`<article class="person" ref=${box} tabindex="-1" aria-label=${person.name} onKeyDown=${keys}>
    ${close}
    <${Avatar} ...${person} availability=${known(person.availability, live)} class="huge" />
    <h2>${person.name}</h2>
    <p class="person-title">${person.title}</p>
    <${Presence} person=${person} live=${live} glyph=${false} />
    ${person.note && html`<p class="person-note">${person.note}</p>`}
    <div class="person-acts">
      <${Button} tone="main" icon="chat" onClick=${() => talk(address)}>${t("message")}<//>
    </div>
    <${Facts} person=${person} />
    <h3>${t("groups")}</h3>
    <${Groups} person=${person} />
    ${
      person.listed &&
      html`<${Button} tone="bad" icon="trash" onClick=${() => command("removeContact", address)}>
      ${t("remove-person")}
    <//>`
    }
  </article>`;
}
