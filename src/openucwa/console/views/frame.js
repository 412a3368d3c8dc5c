// The frame of everything: own card and the ways at the side (below on a phone), the view that is
// chosen beside it.

import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { SignInAgain } from "./again.js";
import { Avatar } from "./avatar.js";
import { Banner } from "./banner.js";
import { Board } from "./board.js";
import { IconButton } from "./controls.js";
import { EngineContext, useCommand, useEngine, useMedia, useSlices } from "./hooks.js";
import { Icon } from "./icons.js";
import { lazy } from "./lazy.js";
import { Mine } from "./mine.js";
import { Person } from "./person.js";
import { known } from "./presence.js";
import { to, useRoute } from "./route.js";
import { Brand, SignIn } from "./signin.js";
import { Toasts } from "./toast.js";

const NAMES = {
  conversations: "conversations",
  meetings: "meetings",
  history: "history",
  admin: "administration",
  me: "me",
};

const Conversations = lazy(() => import("./conversations.js"), "Conversations");
const History = lazy(() => import("./history.js"), "History");
const Settings = lazy(() => import("./settings.js"), "Settings");
const Meetings = lazy(() => import("../meetings/meetings.js"), "Meetings", "meetings.css");
const Administration = lazy(() => import("../admin/admin.js"), "Admin", "admin.css");

function Ways({ view, narrow, settings }) {
  const engine = useEngine();
  const command = useCommand();
  const { me, conversations, history, connection } = useSlices(
    engine,
    "me",
    "conversations",
    "history",
    "connection",
  );
  const unread = conversations.reduce((sum, talk) => sum + talk.unread, 0);
  const way = (name, icon, words, count = 0) => html`<a
    key=${name} class="way" href=${to(name)} aria-current=${view === name ? "page" : null}
  >
    ${icon}<span class="way-name">${words}</span>
    ${
      count > 0 &&
      html`<span class="count">
      <span aria-hidden="true">${count}</span><span class="unseen">${t("unread", { n: count })}</span>
    </span>`
    }
  </a>`;
  const icon = (name) => html`<${Icon} name=${name} />`;
  const live = connection.phase === "online";
  const mine = html`<${Avatar} ...${me} availability=${known(me.availability, live)} />`;
  return html`<nav class="ways" aria-label=${t("ways")}>
    ${way("people", icon("people"), t("people"))}
    ${way("conversations", icon("chat"), t("conversations"), unread)}
    ${way("meetings", icon("meeting"), t("meetings"))}
    ${way("history", icon("history"), t("history"), history.missed)}
    ${me.admin && way("admin", icon("operate"), t("administration"))}
    ${narrow && way("me", mine, t("me"))}
    ${
      !narrow &&
      html`<span class="ways-end">
      <${IconButton} icon="settings" label=${t("settings")} onClick=${settings} />
      <${IconButton} icon="leave" label=${t("sign-out")} onClick=${() => command("signOut")} />
    </span>`
    }
  </nav>`;
}

/** One's own card as a view of its own, on a phone. */
const Me = ({ settings, signOut }) => html`<div class="me">
  <${Mine} />
  <button type="button" class="row" onClick=${settings}><${Icon} name="settings" />${t("settings")}</button>
  <button type="button" class="row" onClick=${signOut}><${Icon} name="leave" />${t("sign-out")}</button>
</div>`;

function View({ view, id, rest, narrow, settings }) {
  const engine = useEngine();
  const command = useCommand();
  const { me } = useSlices(engine, "me");
  if (view === "conversations") return html`<${Conversations} id=${id} />`;
  if (view === "meetings") return html`<${Meetings} path=${[id, ...rest]} />`;
  if (view === "history") return html`<${History} id=${id} />`;
  if (view === "admin" && me.admin)
    return html`<${Administration} engine=${engine} path=${[id, ...rest]} />`;
  if (view === "me" && narrow)
    return html`<${Me} settings=${settings} signOut=${() => command("signOut")} />`;
  return html`<div class="people ${id ? "has-detail" : ""}">
    <${Board} chosen=${id} />
    ${id && html`<${Person} key=${id} address=${id} />`}
  </div>`;
}

function Inside() {
  const engine = useEngine();
  const { connection } = useSlices(engine, "connection");
  const route = useRoute();
  const narrow = useMedia("(max-width: 760px)");
  const [open, settings] = useState(false);
  useEffect(() => [Conversations, History, Settings].forEach((View) => View.load()), []);
  const show = () => settings(true);
  return html`<div class="frame">
    <aside class="side" aria-label=${t("side")}>
      ${!narrow && html`<${Brand} /><${Mine} />`}
      <${Ways} view=${route.view} narrow=${narrow} settings=${show} />
    </aside>
    <main class="pane">
      <h1 class="unseen">${t(NAMES[route.view] ?? "people")}</h1>
      <${Banner} />
      <${View} ...${route} narrow=${narrow} settings=${show} />
    </main>
    ${open && html`<${Settings} onClose=${() => settings(false)} />`}
    ${connection.phase === "expired" && html`<${SignInAgain} />`}
  </div>`;
}

function Outside() {
  const engine = useEngine();
  const { me } = useSlices(engine, "me");
  return me ? html`<${Inside} />` : html`<${SignIn} />`;
}

export const App = ({ engine }) =>
  html`<${EngineContext.Provider} value=${engine}><${Outside} /><${Toasts} /><//>`;
