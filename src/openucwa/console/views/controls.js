// Buttons, fields and switches, as every view uses them.

import { html, useId } from "../vendor/preact.js";
import { Icon } from "./icons.js";

/** A button with words; `tone` is "main", "bad" or nothing. */
export const Button = ({ tone = "", icon, busy, children, class: more = "", ...rest }) =>
  html`<button type="button" class="button ${tone} ${more}" aria-busy=${busy} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}<span>${children}</span>
  </button>`;

/** A button that shows only a drawing; its label is for who cannot see that, and a tooltip. */
export const IconButton = ({ icon, label, class: more = "", ...rest }) =>
  html`<button
    type="button" class="icon-button ${more}" aria-label=${label} title=${label} ...${rest}
  >
    <${Icon} name=${icon} />
  </button>`;

/** A labelled field: `as` is "input", "select" or "textarea"; `hint` and `error` stand below it. */
export function Field({ label, hint, error, as = "input", children, class: more = "", ...rest }) {
  const id = useId();
  const said = error || hint;
  return html`<div class="field ${more}">
    <label for=${id}>${label}</label>
    <${as}
      id=${id} aria-invalid=${error ? "true" : null} aria-describedby=${said ? `${id}-said` : null}
      ...${rest}
    >${children}<//>
    ${said && html`<p id="${id}-said" class=${error ? "error" : "hint"}>${said}</p>`}
  </div>`;
}

/** A box to tick, with its words. */
export const Check = ({ label, hint, checked, onChange, ...rest }) =>
  html`<label class="check">
    <input type="checkbox" checked=${checked} onChange=${(e) => onChange(e.target.checked)} ...${rest} />
    <span>${label}${hint && html`<small>${hint}</small>`}</span>
  </label>`;

/**
 * One of a few: `choices` is `[[value, words, icon?]]`; only drawings are shown where there are
 * some.
 */
export function Choice({ label, choices, value, onChange }) {
  const name = useId();
  return html`<fieldset class="choice">
    <legend class="unseen">${label}</legend>
    ${choices.map(
      ([key, words, icon]) => html`<label key=${key} title=${icon ? words : null}>
        <input
          type="radio" name=${name} value=${key} checked=${key === value}
          onChange=${() => onChange(key)}
        />
        <span>${icon ? html`<${Icon} name=${icon} /><span class="unseen">${words}</span>` : words}</span>
      </label>`,
    )}
  </fieldset>`;
}

/** What stands where there is nothing yet, and what to do about it. */
export const Empty = ({ icon, title, children }) =>
  html`<div class="empty">
    <span class="empty-mark"><${Icon} name=${icon} /></span>
    <h2>${title}</h2>
    <p>${children}</p>
  </div>`;
