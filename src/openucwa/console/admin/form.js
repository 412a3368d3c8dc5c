// Forms: what is typed is sent, and what the API refuses stands at the field that it is about.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Check, Field } from "../views/controls.js";
import { Dialog } from "../views/dialog.js";
import { reason } from "./api.js";

/** The text of a field as the API takes it, and the other way. */
const LINES = {
  shown: (value) => (value ?? []).join("\n"),
  sent: (text) =>
    text
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
};
const PLAIN = { shown: (value) => value ?? "", sent: (text) => text.trim() };
const kind = ({ lines }) => (lines ? LINES : PLAIN);

const about = (error) =>
  Object.fromEntries(
    (error?.parameters ?? []).map(({ name, reason: said }) => [name.split(/[[.]/)[0], said]),
  );

/**
 * `fields` are `{name, label, hint, check?, lines?}` and what an input has; `values` what they
 * have before. `run` gets
 * those that were changed, or with `whole` all; what it throws is shown.
 */
export function Form({ fields, values = {}, whole, action, run, onClose, children }) {
  const [typed, type] = useState({});
  const [error, refuse] = useState(null);
  const [busy, wait] = useState(false);
  const box = useRef();
  const wrong = about(error);
  const elsewhere = error && !fields.some(({ name }) => name in wrong);
  const changed = fields.filter(({ name }) => name in typed);
  useEffect(() => error && box.current.querySelector("[aria-invalid]")?.focus(), [error]);
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    wait(true);
    refuse(null);
    const sent = (field) =>
      field.check
        ? typed[field.name]
        : kind(field).sent(typed[field.name] ?? kind(field).shown(values[field.name]));
    try {
      await run(
        Object.fromEntries(
          (whole ? fields.filter((one) => !one.check || one.name in typed) : changed).map(
            (field) => [field.name, sent(field)],
          ),
        ),
      );
      type({});
    } catch (said) {
      refuse(said);
    } finally {
      wait(false);
    }
  };
  const draw = (field) => {
    const { name, check, lines, ...rest } = field;
    const change = (value) => type((before) => ({ ...before, [name]: value }));
    const value = typed[name] ?? (check ? Boolean(values[name]) : kind(field).shown(values[name]));
    if (check) return html`<${Check} key=${name} checked=${value} onChange=${change} ...${rest} />`;
    return html`<${Field}
      key=${name} as=${lines ? "textarea" : "input"} rows=${lines ? 4 : null} value=${value}
      error=${wrong[name]}
      autocomplete="off" onInput=${(e) => change(e.target.value)} ...${rest}
    />`;
  };
  return html`<form ref=${box} class="form" onSubmit=${submit}>
    <div class="form-fields">${fields.map(draw)}</div>
    ${children}
    <p class="error" role="alert">${elsewhere && reason(error)}</p>
    <footer>
      ${onClose && html`<${Button} onClick=${onClose}>${t("cancel")}<//>`}
      <${Button} tone="main" type="submit" busy=${busy}
        disabled=${!whole && changed.length === 0}>${action}<//>
    </footer>
  </form>`;
}

export const FormDialog = ({ title, onClose, children, ...form }) =>
  html`<${Dialog} title=${title} onClose=${onClose}>
    ${children}<${Form} whole onClose=${onClose} ...${form} />
  <//>`;

/** Gives the focus to the list when what had it is gone. */
export const rest = () =>
  setTimeout(
    () =>
      document.activeElement === document.body &&
      document.querySelector(".admin-list .table-place")?.focus(),
  );

/** Asks before something is done, and stays while it is refused. `typed` must be typed for it. */
export function Sure({ title, action, typed = "", run, onClose, children }) {
  const [text, change] = useState("");
  const [error, refuse] = useState(null);
  const submit = (event) => {
    event.preventDefault();
    refuse(null);
    run().then(() => (onClose(), rest()), refuse);
  };
  return html`<${Dialog} title=${title} onClose=${onClose} class="small">
    <form onSubmit=${submit}>
      <p>${children}</p>
      ${
        typed &&
        html`<${Field}
        label=${t("type-to-confirm", { text: typed })} value=${text} autofocus autocomplete="off"
        spellcheck=${false}
        onInput=${(e) => change(e.target.value)}
      />`
      }
      <p class="error" role="alert">${error && reason(error)}</p>
      <footer>
        <${Button} onClick=${onClose} autofocus=${!typed}>${t("cancel")}<//>
        <${Button} tone="bad" type="submit" disabled=${text.trim() !== typed}>${action}<//>
      </footer>
    </form>
  <//>`;
}

/** Shows what is shown once. Only its button closes it, so that nobody loses it by accident. */
export function Secret({ title, value, onClose, children }) {
  const [copied, tell] = useState(false);
  const copy = () => navigator.clipboard.writeText(value).then(() => tell(true));
  return html`<${Dialog} title=${title} class="small">
    <p>${children}</p>
    <form onSubmit=${(event) => (event.preventDefault(), onClose())}>
      <${Field}
        label=${title} value=${value} readonly hint=${t("shown-once")} class="secret"
        onFocus=${(e) => e.target.select()} autofocus
      />
      <footer>
        ${
          navigator.clipboard &&
          html`<${Button} onClick=${copy}>
          <span role="status">${t(copied ? "copied" : "copy")}</span>
        <//>`
        }
        <${Button} tone="main" type="submit">${t("noted")}<//>
      </footer>
    </form>
  <//>`;
}
