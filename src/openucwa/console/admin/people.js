// People: found, added, and each with her card and account beside the list.

import { embedded, withQuery } from "../engine/resources.js";
import { html, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Empty, IconButton } from "../views/controls.js";
import { Icon } from "../views/icons.js";
import { go, to } from "../views/route.js";
import { useAsk, useLink, useList, useRead } from "./api.js";
import { Account, CARD, Marks } from "./account.js";
import { FormDialog, Secret } from "./form.js";
import { Head, List, Split, useSettled } from "./pieces.js";

/** The person of an address: of those that are listed, or asked for. `again` asks once more. */
export function usePerson(address, rows = []) {
  const people = useLink("adminPeople");
  const row = rows.find((one) => one.address === address);
  const looked = useRead(
    address && !row ? withQuery(people, { query: address, limit: 500 }) : null,
  );
  const found = embedded(looked.found, "adminPerson").find((one) => one.address === address);
  return {
    person: row ?? found,
    missing: Boolean(!row && looked.found && !found),
    again: looked.again,
  };
}

function Search({ text, change }) {
  return html`<div class="search" role="search">
    <${Icon} name="search" />
    <input
      type="search" value=${text} maxlength="200" aria-label=${t("find")} placeholder=${t("find")}
      autocomplete="off"
      onInput=${(e) => change(e.target.value)}
    />
    ${text && html`<${IconButton} icon="close" label=${t("clear")} onClick=${() => change("")} />`}
  </div>`;
}

function Add({ place, added, onClose }) {
  const ask = useAsk();
  const fields = [
    {
      name: "address",
      label: t("address"),
      hint: t("username-hint"),
      required: true,
      maxlength: 400,
      autofocus: true,
      autocapitalize: "none",
    },
    ...CARD().filter(({ name }) => ["name", "title", "department"].includes(name)),
    {
      name: "password",
      label: t("password"),
      hint: t("password-hint"),
      type: "password",
      autocomplete: "new-password",
      minlength: 8,
      maxlength: 256,
    },
  ];
  const run = async ({ password, ...card }) => {
    added(await ask("POST", place, password ? { ...card, password } : card));
    onClose();
  };
  return html`<${FormDialog}
    title=${t("add-somebody")} action=${t("add")} fields=${fields} run=${run} onClose=${onClose}
  />`;
}

export function People({ address }) {
  const place = useLink("adminPeople");
  const [text, change] = useState("");
  const query = useSettled(text.trim());
  const list = useList(query ? withQuery(place, { query }) : place, "adminPerson");
  const { person, missing, again } = usePerson(address, list.rows);
  const [adding, add] = useState(false);
  const [secret, show] = useState(null);
  const changed = () => Promise.all([list.again(), again()]);
  const added = (made) => {
    changed();
    go("admin", "people", made.address);
    if (made.password) show(made);
  };
  const columns = [
    {
      key: "name",
      name: t("name"),
      cell: (row) => html`<${Head}
        name=${row.name} sub=${row.address} href=${to("admin", "people", row.address)}
        current=${row.address === address}
        narrow=${html`<${Marks} person=${row} />`}
      />`,
    },
    { key: "title", name: t("job-title"), wide: true },
    { key: "department", name: t("department"), wide: true },
    {
      key: "marks",
      name: t("account"),
      wide: true,
      cell: (row) => html`<${Marks} person=${row} />`,
    },
  ];
  const tools = html`<${Search} text=${text} change=${change} />
    <${Button} tone="main" icon="add" onClick=${() => add(true)}>${t("add-somebody")}<//>`;
  const detail = person
    ? html`<${Account} key=${address} person=${person} changed=${changed} show=${show} />`
    : missing &&
      html`<div class="admin-detail"><${Empty} icon="people"
        title=${t("person-unknown")}>${address}<//></div>`;
  return html`<${Split} detail=${address && detail}>
    <${List}
      title=${t("section-people")} list=${list} columns=${columns} id=${(row) => row.address}
      empty=${t("nothing-found")} tools=${tools}
    />
  <//>
  ${adding && html`<${Add} place=${place} added=${added} onClose=${() => add(false)} />`}
  ${
    secret &&
    html`<${Secret} title=${t("password")} value=${secret.password} onClose=${() => show(null)}>
    ${t("password-made", { name: secret.name })}
  <//>`
  }`;
}
