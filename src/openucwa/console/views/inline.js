// A line of text that is changed where it stands: Enter keeps, Esc does not.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./icons.js";

export function Inline({ icon, label, value, placeholder, maxlength, save }) {
  const [text, change] = useState(null);
  const field = useRef();
  const button = useRef();
  const back = useRef(false);
  const ended = useRef(false);
  const editing = text !== null;
  useLayoutEffect(() => {
    ended.current = !editing;
    if (editing) field.current.select();
    else if (back.current) button.current.focus();
    back.current = false;
  }, [editing]);
  const end = (keep) => {
    // A field that goes away loses the focus once more.
    if (ended.current) return;
    ended.current = true;
    if (keep && text.trim() !== (value ?? "")) save(text.trim());
    change(null);
  };
  const keys = (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    back.current = true;
    end(event.key === "Enter");
  };
  if (editing) {
    return html`<div class="inline editing">
      <${Icon} name=${icon} />
      <input
        ref=${field} value=${text} aria-label=${label} maxlength=${maxlength} placeholder=${placeholder}
        onInput=${(e) => change(e.target.value)} onKeyDown=${keys} onBlur=${() => end(true)}
      />
    </div>`;
  }
  return html`<button
    ref=${button} type="button" class="inline ${value ? "" : "blank"}" onClick=${() => change(value ?? "")}
  >
    <${Icon} name=${icon} />
    <span><span class="unseen">${label}: </span>${value || placeholder}</span>
    <${Icon} name="edit" />
  </button>`;
}
