// The audit log: what operators did, and tried; the newest first.

import { href, time, withQuery } from "../engine/resources.js";
import { html } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button } from "../views/controls.js";
import { useLink, useList } from "./api.js";
import { moment } from "./figures.js";
import { Head, List, Mark, Whose } from "./pieces.js";

export function Audit({ address }) {
  const place = useLink("adminAudit");
  const list = useList(address ? withQuery(place, { person: address }) : place, "adminAct");
  const details = (row) => row.details.join(", ");
  const outcome = ({ outcome: said }) =>
    said === "Done"
      ? html`<${Mark} tone="good">${t("done")}<//>`
      : html`<${Mark} tone="bad">${said}<//>`;
  const columns = [
    { key: "time", name: t("time"), wide: true, cell: (row) => moment(time(row.time)) },
    { key: "actor", name: t("who"), wide: true },
    {
      key: "act",
      name: t("what"),
      cell: (row) => html`<${Head}
        name=${row.act} sub=${details(row)}
        narrow=${html`${row.about}<br />${row.actor}<br />${moment(time(row.time))}`}
      />`,
    },
    { key: "about", name: t("about-whom"), wide: true },
    { key: "outcome", name: t("outcome"), cell: outcome },
  ];
  return html`<${List}
    title=${t("section-audit")} list=${list} columns=${columns} id=${(row) => href(row, "self")}
    empty=${t("no-acts")}
    tools=${html`<${Whose} section="audit" address=${address}><${Button} icon="reset"
    onClick=${list.again}>${t("refresh")}<//><//>`}
  />`;
}
