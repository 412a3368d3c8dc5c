// Dialogs: the browser's own, which keep the keyboard inside, close on Esc and give the focus back.

import { html, useId, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Field, IconButton } from "./controls.js";

/** A dialog with a title; without `onClose` nothing closes it but what it asks for. */
export function Dialog({ title, onClose, children, class: more = "" }) {
  const id = useId();
  const box = useRef();
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    onClose?.();
  };
  const click = (event) => event.target === box.current && onClose?.();
  return html`<dialog
    ref=${box} class="dialog ${more}" closedby=${onClose ? null : "none"} aria-labelledby=${id}
    onCancel=${cancel} onMouseDown=${click}
  >
    <header>
      <h2 id=${id}>${title}</h2>
      ${onClose && html`<${IconButton} icon="close" label=${t("close")} onClick=${onClose} />`}
    </header>
    ${children}
  </dialog>`;
}

/** Asks before something that cannot be taken back. */
export const Confirm = ({ title, action, onYes, onClose, children }) =>
  html`<${Dialog} title=${title} onClose=${onClose} class="small">
    <p>${children}</p>
    <footer>
      <${Button} onClick=${onClose} autofocus>${t("cancel")}<//>
      <${Button} tone="bad" onClick=${() => (onClose(), onYes())}>${action}<//>
    </footer>
  <//>`;

/** Asks for a line of text. `run` gets it and may refuse: what it throws is shown at the field. */
export function AskText({
  title,
  label,
  action,
  value = "",
  maxlength = 200,
  type = "text",
  run,
  onClose,
}) {
  const [text, change] = useState(value);
  const [error, refuse] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    try {
      await run(text.trim());
      onClose();
    } catch (said) {
      refuse(said.words);
    }
  };
  return html`<${Dialog} title=${title} onClose=${onClose} class="small">
    <form onSubmit=${submit}>
      <${Field}
        label=${label} value=${text} error=${error} maxlength=${maxlength} type=${type} required autofocus
        onInput=${(e) => change(e.target.value)}
      />
      <footer>
        <${Button} onClick=${onClose}>${t("cancel")}<//>
        <${Button} tone="main" type="submit" disabled=${!text.trim()}>${action}<//>
      </footer>
    </form>
  <//>`;
}
