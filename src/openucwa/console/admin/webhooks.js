// Webhooks: where changes of presence are pushed to.

import { href } from "../engine/resources.js";
import { html, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button } from "../views/controls.js";
import { useAsk, useLink, useList } from "./api.js";
import { FormDialog, Secret, Sure } from "./form.js";
import { Head, List } from "./pieces.js";

export function Webhooks() {
  const ask = useAsk();
  const place = useLink("adminWebhooks");
  const list = useList(place, "adminWebhook");
  const [adding, add] = useState(false);
  const [made, show] = useState(null);
  const [chosen, choose] = useState(null);
  const whom = (hook) => (hook.everybody ? t("of-everybody") : hook.subjects.join(", "));
  const columns = [
    {
      key: "url",
      name: t("url"),
      cell: (hook) => html`<${Head} name=${hook.url} sub=${hook.id} narrow=${whom(hook)} />`,
    },
    { key: "whom", name: t("about-whom"), wide: true, cell: whom },
    {
      key: "act",
      name: t("act"),
      number: true,
      cell: (hook) => html`<${Button} tone="bad" onClick=${() => choose(hook)}>${t("remove")}
        <span class="unseen">${hook.url}</span><//>`,
    },
  ];
  const fields = [
    {
      name: "url",
      label: t("url"),
      type: "url",
      required: true,
      autofocus: true,
      placeholder: "https://",
    },
    { name: "subjects", label: t("about-whom"), hint: t("subjects-hint"), lines: true },
    { name: "everybody", label: t("of-everybody"), check: true },
  ];
  const create = async (given) => {
    show(await ask("POST", place, given));
    add(false);
    await list.again();
  };
  const remove = async () => {
    await ask("DELETE", href(chosen, "self"));
    await list.again();
  };
  return html`<${List}
    title=${t("section-webhooks")} list=${list} columns=${columns} empty=${t("no-webhooks")}
    tools=${html`<${Button} tone="main" icon="add"
    onClick=${() => add(true)}>${t("add-webhook")}<//>`}
  />
  ${
    adding &&
    html`<${FormDialog}
    title=${t("add-webhook")} action=${t("add")} fields=${fields} run=${create}
    onClose=${() => add(false)}
  />`
  }
  ${
    made &&
    html`<${Secret} title=${t("secret")} value=${made.secret}
    onClose=${() => show(null)}>${t("secret-help")}<//>`
  }
  ${
    chosen &&
    html`<${Sure} title=${t("remove-webhook")} action=${t("remove")} run=${remove}
      onClose=${() => choose(null)}>
    ${t("remove-webhook-asks", { url: chosen.url })}
  <//>`
  }`;
}
