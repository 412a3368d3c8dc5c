// One person as an operator sees her: what can be done with her account, and what is written on
// her card.

import { href } from "../engine/resources.js";
import { html, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button } from "../views/controls.js";
import { go, to } from "../views/route.js";
import { useAct, useAsk } from "./api.js";
import { Form, FormDialog, Sure } from "./form.js";
import { Detail, Mark } from "./pieces.js";

/** What a card has, in the API's names. */
export const CARD = () => [
  { name: "name", label: t("name"), required: true, maxlength: 256 },
  { name: "title", label: t("job-title"), maxlength: 256 },
  { name: "department", label: t("department"), maxlength: 256 },
  { name: "company", label: t("company"), maxlength: 256 },
  { name: "office", label: t("office"), maxlength: 256 },
  { name: "manager", label: t("manager"), maxlength: 256 },
  { name: "emailAddresses", label: t("email"), hint: t("one-a-line"), lines: true },
  { name: "workPhoneNumber", label: t("phone-work"), type: "tel", maxlength: 256 },
  { name: "mobilePhoneNumber", label: t("phone-mobile"), type: "tel", maxlength: 256 },
  { name: "homePhoneNumber", label: t("phone-home"), type: "tel", maxlength: 256 },
  { name: "otherPhoneNumber", label: t("phone-other"), type: "tel", maxlength: 256 },
];

export const Marks = ({ person }) => html`<span class="marks">
  ${person.administrator && html`<${Mark} tone="good" icon="star">${t("administrator")}<//>`}
  ${person.disabled && html`<${Mark} tone="bad">${t("disabled")}<//>`}
  ${!person.hasPassword && html`<${Mark}>${t("no-password")}<//>`}
</span>`;

export function Account({ person, changed, show }) {
  const ask = useAsk();
  const act = useAct();
  const [asked, put] = useState("");
  const { name, address } = person;
  const close = () => put("");
  const can = (rel) => href(person, rel) !== null;
  const post = async (rel) => {
    await ask("POST", href(person, rel));
    await changed();
  };
  const button = (rel, words, run, rest = {}) =>
    can(rel) && html`<${Button} onClick=${run} ...${rest}>${words}<//>`;
  const switchTo = (rel, said) => () => act(() => post(rel), t(said, { name }));
  const save = async (card) => {
    await ask("POST", href(person, "self"), card);
    await changed();
  };
  const password = async ({ password: given }) => {
    const made = await ask(
      "POST",
      href(person, "adminSetPassword"),
      given ? { password: given } : {},
    );
    close();
    if (made.password) show(made);
    await changed();
  };
  const remove = async () => {
    await ask("DELETE", href(person, "self"));
    go("admin", "people");
    changed();
  };
  return html`<${Detail} section="people" title=${name} sub=${address}>
    <${Marks} person=${person} />
    <nav class="jumps" aria-label=${t("more-about", { name })}>
      ${["sessions", "policies", "audit"].map(
        (one) => html`<a key=${one} href=${to("admin", one, address)}>
        ${t(`section-${one}`)}
      </a>`,
      )}
    </nav>
    <div class="acts">
      ${button("adminSetPassword", t("new-password"), () => put("password"))}
      ${
        // One button each, which keeps the focus when it turns into the other.
        button("adminDisable", t("disable"), switchTo("adminDisable", "is-disabled")) ||
        button("adminEnable", t("enable"), switchTo("adminEnable", "is-enabled"))
      }
      ${
        button("adminGrant", t("grant"), () => put("grant")) ||
        button("adminRevoke", t("revoke"), () => put("revoke"))
      }
      ${
        // Nobody can do to herself what locks her out, so those links are not there.
        (can("adminDisable") || can("adminEnable")) &&
        html`<${Button} tone="bad" icon="trash"
        onClick=${() => put("remove")}>${t("delete")}<//>`
      }
    </div>
    <h3>${t("card")}</h3>
    <${Form} fields=${CARD()} values=${person} action=${t("save")} run=${save} />
    ${
      asked === "password" &&
      html`<${FormDialog}
      title=${t("new-password")} action=${t("set")} run=${password} onClose=${close}
      fields=${[
        {
          name: "password",
          label: t("password"),
          hint: t("password-hint"),
          type: "password",
          autofocus: true,
          autocomplete: "new-password",
          minlength: 8,
          maxlength: 256,
        },
      ]}
    ><p>${t("new-password-asks", { name })}</p><//>`
    }
    ${
      asked === "grant" &&
      html`<${Sure}
      title=${t("grant")} action=${t("grant")} run=${() => post("adminGrant")} onClose=${close}
    >${t("grant-asks", { name })}<//>`
    }
    ${
      asked === "revoke" &&
      html`<${Sure}
      title=${t("revoke")} action=${t("revoke")} run=${() => post("adminRevoke")} onClose=${close}
    >${t("revoke-asks", { name })}<//>`
    }
    ${
      asked === "remove" &&
      html`<${Sure}
      title=${t("delete-somebody")} action=${t("delete")} typed=${address} run=${remove}
      onClose=${close}
    >${t("delete-somebody-asks", { name })}<//>`
    }
  <//>`;
}
