// Sessions: who is signed in from where, until an operator ends it.

import { href, time, withQuery } from "../engine/resources.js";
import { html, useState } from "../vendor/preact.js";
import { brief } from "../words/times.js";
import { t } from "../words/words.js";
import { Button } from "../views/controls.js";
import { useNow } from "../views/hooks.js";
import { Presence } from "../views/presence.js";
import { to } from "../views/route.js";
import { useAsk, useEvery, useLink, useList } from "./api.js";
import { ago } from "./figures.js";
import { Sure } from "./form.js";
import { Silent } from "./nodes.js";
import { Head, List, Mark, Whose } from "./pieces.js";

const EVERY_MS = 10_000;

export function Sessions({ address }) {
  const ask = useAsk();
  const place = useLink("adminSessions");
  const list = useList(address ? withQuery(place, { person: address }) : place, "adminSession");
  const [ending, end] = useState(null);
  const now = useNow();
  useEvery(EVERY_MS, list.again);
  const { nodes = [], silent = [] } = list.first ?? {};
  const started = ({ created }) => brief(time(created), now);
  const active = ({ lastActivity }) => (lastActivity ? ago(time(lastActivity), now) : "–");
  const marks = (row) => html`<span class="marks">
    <${Presence} person=${row} live />
    ${row.lurker && html`<${Mark}>${t("lurker")}<//>`}
  </span>`;
  const columns = [
    {
      key: "who",
      name: t("who"),
      cell: (row) => html`<${Head}
        name=${row.name || row.address} sub=${row.address}
        href=${to("admin", "people", row.address)}
        narrow=${html`${row.userAgent}<br />${t("session-since", { time: started(row) })}${marks(row)}`}
      />`,
    },
    {
      key: "app",
      name: t("app"),
      wide: true,
      cell: (row) => html`<${Head} name=${row.userAgent || "–"} sub=${row.device} />`,
    },
    { key: "shows", name: t("shows"), wide: true, cell: marks },
    { key: "since", name: t("since"), wide: true, number: true, cell: started },
    { key: "active", name: t("last-activity"), wide: true, number: true, cell: active },
    {
      key: "asked",
      name: t("last-request"),
      wide: true,
      number: true,
      cell: (row) => (row.parked ? t("listens") : ago(time(row.lastRequest), now)),
    },
    ...(nodes.length > 1 ? [{ key: "node", name: t("node"), wide: true }] : []),
    {
      key: "end",
      name: t("act"),
      number: true,
      cell: (row) => html`<${Button} tone="bad" onClick=${() => end(row)}>${t("end-session")}
        <span class="unseen">${row.name || row.address} · ${row.userAgent}</span><//>`,
    },
  ];
  const run = async () => {
    await ask("DELETE", href(ending, "self"));
    await list.again();
  };
  return html`<${List}
    title=${t("section-sessions")} list=${list} columns=${columns}
    id=${(row) => `${row.address} ${row.application}`}
    empty=${t("no-sessions")} tools=${html`<${Whose} section="sessions" address=${address} />`}
    note=${html`<${Silent} nodes=${nodes} silent=${silent} />`}
  />
  ${
    ending &&
    html`<${Sure} title=${t("end-session-title")} action=${t("end-session")} run=${run}
      onClose=${() => end(null)}>
    ${t("end-session-asks", { name: ending.name || ending.address, app: ending.userAgent || "–" })}
  <//>`
  }`;
}
