// Who is in a meeting, and who waits to be let in; leaders decide about both.

import { html } from "../vendor/preact.js";
import { language, t } from "../words/words.js";
import { Avatar } from "../views/avatar.js";
import { Button, IconButton } from "../views/controls.js";
import { useEngine, useSlices } from "../views/hooks.js";
import { Item, MenuButton } from "../views/menu.js";
import { useTalk } from "../views/person_menu.js";
import { knower } from "../views/talks.js";
import { steer, useAct } from "./api.js";

function Lobby({ lobby, act }) {
  return html`<section class="lobby" aria-label=${t("lobby")}>
    <h3>${t("lobby")}</h3>
    <ul>
      ${lobby.map(
        (person) => html`<li key=${person.address} class="roster-row">
        <${Avatar} ...${person} />
        <span class="roster-who"><span class="tile-name">${person.name}</span>
          ${person.guest && html`<span class="hint">${t("guest")}</span>`}</span>
        <${IconButton} icon="close" label=${t("reject-person", person)} onClick=${() => act("reject", [person])} />
        <${IconButton} icon="check" class="admit" label=${t("admit-person", person)}
          onClick=${() => act("admit", [person])} />
      </li>`,
      )}
    </ul>
    ${lobby.length > 1 && html`<${Button} onClick=${() => act("admit", lobby)}>${t("admit-all")}<//>`}
  </section>`;
}

const roles = ({ organizer, role, guest }) =>
  [organizer ? t("organizer") : role === "leader" && t("leader"), guest && t("guest")].filter(Boolean);

function Row({ person, mine, look, menu }) {
  const { name } = person;
  return html`<li class="roster-row">
    <${Avatar} ...${look(person)} />
    <span class="roster-who">
      <span class="tile-name">${mine ? t("oneself", { name }) : name}</span>
      <span class="hint">${new Intl.ListFormat(language(), { type: "unit" }).format(roles(person))}</span>
    </span>
    ${
      menu.length > 0 &&
      html`<${MenuButton} label=${name} button=${(props) => html`<${IconButton}
        icon="more" label=${t("actions-person", { name })} ...${props} />`}>
        ${menu.map(([icon, words, run, tone]) => html`<${Item} key=${words} ...${{ icon, run, tone }}>${words}<//>`)}
      <//>`
    }
  </li>`;
}

export function Roster({ talk, visitor }) {
  const engine = useEngine();
  const chat = useTalk();
  const attempt = useAct();
  const { people, connection } = useSlices(engine, "people", "connection");
  const present = knower(people, connection.phase === "online");
  // What is not known of somebody says nothing about her: she is here.
  const look = (one) => (one.address in people ? present(one) : one);
  const act = (rel, some) => attempt(() => Promise.all(some.map((one) => steer(engine, one, rel))));
  const menu = (person) => {
    const does = (rel) => () => act(rel, [person]);
    return [
      !visitor && !person.guest && ["chat", t("message"), () => chat(person.address)],
      ...(talk.leads && !person.organizer
        ? [
            person.role === "leader"
              ? ["down", t("demote"), does("demote")]
              : ["star", t("promote"), does("promote")],
            ["leave", t("eject"), does("eject"), "bad"],
          ]
        : []),
    ].filter(Boolean);
  };
  const waiting = talk.lobby.map(({ name }) => name);
  const names = new Intl.ListFormat(language()).format(waiting);
  return html`<aside class="roster" aria-label=${t("roster")}>
    <p class="unseen" role="status">${waiting.length > 0 && t("waits", { n: waiting.length, names })}</p>
    ${waiting.length > 0 && html`<${Lobby} lobby=${talk.lobby} act=${act} />`}
    <h3>${t("roster")}</h3>
    <ul>
      ${talk.me && html`<${Row} person=${talk.me} mine look=${look} menu=${[]} />`}
      ${talk.people.map(
        (person) => html`<${Row} key=${person.address} person=${person} look=${look} menu=${menu(person)} />`,
      )}
    </ul>
  </aside>`;
}
