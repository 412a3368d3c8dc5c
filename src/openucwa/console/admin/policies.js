// Policies: what holds for everybody, and what for one person.

import { href } from "../engine/resources.js";
import { html, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button } from "../views/controls.js";
import { reason, useAsk, useLink, useList } from "./api.js";
import { usePerson } from "./people.js";
import { Head, List, Mark, Whose } from "./pieces.js";

/** A name that may be broken where a word of it begins. */
const broken = (name) =>
  name.split(/(?=[A-Z])/).flatMap((word, at) => (at ? [html`<wbr />`, word] : [word]));

/** The value of a policy: one that is said here, or what holds otherwise. */
function Value({ policy, whose, changed }) {
  const ask = useAsk();
  const [typed, type] = useState(null);
  const [error, refuse] = useState(null);
  const { name, kind, allowed, given, otherwise } = policy;
  const before = given ? policy.value : "";
  const text = typed ?? before;
  const submit = async (event) => {
    event.preventDefault();
    const [control] = event.currentTarget.elements;
    refuse(null);
    const place = href(policy, "self");
    try {
      await (text ? ask("POST", place, { value: text }) : ask("DELETE", place));
      await changed();
      type(null);
      control.focus();
    } catch (said) {
      refuse(said);
    }
  };
  const inherited = t(whose ? "as-everybody" : "by-default", {
    value: otherwise ?? t("nothing-said"),
  });
  const rest = {
    "aria-label": name,
    "aria-invalid": error ? "true" : null,
    value: text,
    onInput: (e) => type(e.target.value),
  };
  return html`<form class="value" onSubmit=${submit}>
    ${
      kind === "Switch"
        ? html`<select ...${rest}>
          <option value="">${inherited}</option>
          ${allowed.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
        </select>`
        : html`<input ...${rest} placeholder=${inherited} maxlength="100"
          inputmode=${kind === "Days" ? "numeric" : null} />`
    }
    <span class="value-act">${
      text !== before &&
      html`<${Button} tone="main"
      type="submit">${t("set")}<//>`
    }</span>
    ${error && html`<p class="error" role="alert">${reason(error)}</p>`}
  </form>`;
}

export function Policies({ address }) {
  const everybody = useLink("adminPolicies");
  const { person, missing } = usePerson(address);
  const place = address ? href(person, "adminPersonPolicies") : everybody;
  const list = useList(place, address ? "adminPersonPolicy" : "adminPolicy");
  const rows = list.current ? list.rows : [];
  const columns = [
    {
      key: "name",
      name: t("policy"),
      cell: (row) => html`<${Head} name=${broken(row.name)} />`,
    },
    {
      key: "set",
      name: t("value"),
      cell: (row) => html`<${Value} policy=${row} whose=${address} changed=${list.again} />`,
    },
    {
      key: "otherwise",
      name: t("otherwise"),
      wide: true,
      cell: (row) => row.otherwise ?? t("nothing-said"),
    },
    {
      key: "given",
      name: t("said-where"),
      wide: true,
      cell: ({ given }) => given && html`<${Mark} tone="good">${t("said-here")}<//>`,
    },
  ];
  return html`<${List}
    title=${address ? t("policies-of", { name: person?.name ?? address }) : t("section-policies")}
    list=${{ ...list, rows, busy: !missing && (list.busy || !place) }} columns=${columns}
    id=${(row) => `${address} ${row.name}`} empty=${t("person-unknown")}
    tools=${html`<${Whose} section="policies" address=${address} />`}
    note=${html`<p class="hint note">${t(address ? "policies-of-help" : "policies-help")}</p>`}
  />`;
}
