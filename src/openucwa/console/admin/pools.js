// Pools: whom they serve; operators empty them, and fill them again.

import { href, time } from "../engine/resources.js";
import { html, useState } from "../vendor/preact.js";
import { brief } from "../words/times.js";
import { t } from "../words/words.js";
import { Button } from "../views/controls.js";
import { useAsk, useEvery, useLink, useList } from "./api.js";
import { number } from "./figures.js";
import { Sure } from "./form.js";
import { Nodes } from "./nodes.js";
import { Head, List, Mark } from "./pieces.js";

const EVERY_MS = 10_000;

export function Pools() {
  const ask = useAsk();
  const list = useList(useLink("adminPools"), "adminPool");
  const [chosen, choose] = useState(null);
  useEvery(EVERY_MS, list.again);
  const state = (pool) => html`<span class="marks">
    ${
      pool.draining
        ? html`<${Mark} tone="bad"
          icon="warn">${t("draining", { time: brief(time(pool.since)) })}<//>`
        : html`<${Mark} tone="good">${t("serving", { time: brief(time(pool.since)) })}<//>`
    }
    ${!pool.servedBy && html`<${Mark} tone="bad">${t("served-by-nobody")}<//>`}
    ${pool.servedBy && pool.servedBy !== pool.name && html`<${Mark}>${t("served-by", { pool: pool.servedBy })}<//>`}
  </span>`;
  const facts = (pool) => html`${pool.own && t("own-pool")} ${pool.url} <${Nodes} ...${pool} />`;
  const columns = [
    {
      key: "name",
      name: t("pool"),
      cell: (pool) =>
        html`<${Head} name=${pool.name} sub=${facts(pool)}
          narrow=${html`${t("people")}: ${number(pool.people)}<br />${state(pool)}`} />`,
    },
    { key: "state", name: t("state"), wide: true, cell: state },
    { key: "backup", name: t("backup"), wide: true, cell: (pool) => pool.backup || "–" },
    {
      key: "people",
      name: t("people"),
      wide: true,
      number: true,
      cell: (pool) => number(pool.people),
    },
    {
      key: "act",
      name: t("act"),
      number: true,
      cell: (
        pool,
      ) => html`<${Button} onClick=${() => choose(pool)}>${t(pool.draining ? "undrain" : "drain")}
        <span class="unseen">${pool.name}</span><//>`,
    },
  ];
  const run = async () => {
    await ask("POST", href(chosen, "adminDrain") ?? href(chosen, "adminUndrain"));
    await list.again();
  };
  const asks = chosen && { name: chosen.name, backup: chosen.backup || "–" };
  return html`<${List} title=${t("section-pools")} list=${list} columns=${columns}
    id=${(pool) => pool.name} empty="" />
    ${
      chosen &&
      html`<${Sure}
      title=${t(chosen.draining ? "undrain" : "drain")}
      action=${t(chosen.draining ? "undrain" : "drain")}
      run=${run} onClose=${() => choose(null)}
    >${t(chosen.draining ? "undrain-asks" : chosen.backup ? "drain-asks" : "drain-without-asks", asks)}<//>`
    }`;
}
