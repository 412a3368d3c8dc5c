// Distribution groups: which there are, and each with its members beside the list.

import { href } from "../engine/resources.js";
import { html, useId, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, IconButton } from "../views/controls.js";
import { go, to } from "../views/route.js";
import { useAct, useAsk, useLink, useList } from "./api.js";
import { Form, FormDialog, Sure } from "./form.js";
import { Detail, Head, List, Mark, Offers, Split } from "./pieces.js";

const NAME = () => ({ name: "name", label: t("name"), required: true, maxlength: 256 });
const HIDDEN = () => ({ name: "hidden", label: t("hidden"), hint: t("hidden-hint"), check: true });

/** Puts somebody into a group. */
function Enter({ group, changed }) {
  const ask = useAsk();
  const act = useAct();
  const id = useId();
  const [text, change] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const add = [text.trim()];
    if (await act(() => ask("POST", href(group, "self"), { add }))) change("");
    changed();
  };
  return html`<form class="enter" onSubmit=${submit}>
    <input
      list=${id} value=${text} required maxlength="400" aria-label=${t("add-member")}
      placeholder=${t("add-member")}
      autocapitalize="none" autocomplete="off" onInput=${(e) => change(e.target.value)}
    />
    <${Offers} id=${id} text=${text} />
    <${Button} type="submit">${t("add")}<//>
  </form>`;
}

function Group({ group, changed }) {
  const ask = useAsk();
  const act = useAct();
  const members = useList(href(group, "adminMembers"), "adminMember");
  const [deleting, put] = useState(false);
  const again = () => Promise.all([members.again(), changed()]);
  const change = async (what) => {
    await ask("POST", href(group, "self"), what);
    await again();
  };
  const remove = async () => {
    await ask("DELETE", href(group, "self"));
    go("admin", "groups");
    changed();
  };
  const drop = ({ address }) => act(() => change({ remove: [address] }));
  return html`<${Detail} section="groups" title=${group.name} sub=${group.address}>
    <${Form} fields=${[NAME(), HIDDEN()]} values=${group} action=${t("save")} run=${change} />
    <h3>${t("members")}</h3>
    <${Enter} group=${group} changed=${again} />
    <ul class="members" aria-busy=${members.busy}>
      ${members.rows.map(
        (one) => html`<li key=${one.address}>
        <${Head} name=${one.name || one.address} sub=${one.name ? one.address : ""} />
        ${one.kind === "Group" && html`<${Mark}>${t("kind-group")}<//>`}
        ${one.kind === "Stranger" && html`<${Mark} tone="bad">${t("kind-stranger")}<//>`}
        <${IconButton} icon="close" label=${t("remove-member", { name: one.name || one.address })}
          onClick=${() => drop(one)} />
      </li>`,
      )}
    </ul>
    ${members.rows.length === 0 && !members.busy && html`<p class="hint">${t("no-members")}</p>`}
    ${members.next && html`<${Button} onClick=${members.more}>${t("more")}<//>`}
    <div class="acts">
      <${Button} tone="bad" icon="trash" onClick=${() => put(true)}>${t("delete-group")}<//>
    </div>
    ${
      deleting &&
      html`<${Sure} title=${t("delete-group")} action=${t("delete")} run=${remove}
        onClose=${() => put(false)}>
      ${t("delete-distribution-asks", { name: group.name })}
    <//>`
    }
  <//>`;
}

export function Groups({ address }) {
  const ask = useAsk();
  const place = useLink("adminGroups");
  const list = useList(place, "adminGroup");
  const [adding, add] = useState(false);
  const group = list.rows.find((one) => one.address === address);
  const create = async (given) => {
    const made = await ask("POST", place, given);
    add(false);
    await list.again();
    go("admin", "groups", made.address);
  };
  const count = ({ memberCount }) => t("member-count", { n: memberCount });
  const columns = [
    {
      key: "name",
      name: t("name"),
      cell: (row) => html`<${Head}
        name=${row.name} sub=${row.address} href=${to("admin", "groups", row.address)}
        current=${row === group}
        narrow=${count(row)}
      />`,
    },
    { key: "members", name: t("members"), wide: true, cell: count },
    {
      key: "hidden",
      name: t("visibility"),
      wide: true,
      cell: (row) => row.hidden && html`<${Mark}>${t("hidden")}<//>`,
    },
  ];
  const fields = [
    {
      name: "address",
      label: t("address"),
      required: true,
      maxlength: 400,
      autofocus: true,
      autocapitalize: "none",
    },
    NAME(),
    { name: "members", label: t("members"), hint: t("addresses-a-line"), lines: true },
    HIDDEN(),
  ];
  return html`<${Split} detail=${
    group &&
    html`<${Group} key=${address} group=${group}
    changed=${list.again} />`
  }>
    <${List}
      title=${t("section-groups")} list=${list} columns=${columns} id=${(row) => row.address}
      empty=${t("no-groups")}
      tools=${html`<${Button} tone="main" icon="add"
      onClick=${() => add(true)}>${t("new-group")}<//>`}
    />
  <//>
  ${
    adding &&
    html`<${FormDialog}
    title=${t("new-group")} action=${t("create")} fields=${fields} run=${create}
    onClose=${() => add(false)}
  />`
  }`;
}
