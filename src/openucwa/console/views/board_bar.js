// What stands above the board: the field that filters it and searches the directory, and how it is
// shown.

import { html, useEffect, useRef } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Choice, IconButton } from "./controls.js";
import { useCommand } from "./hooks.js";
import { Icon } from "./icons.js";

const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

export function BoardBar({ filter, look, order, density, list, newGroup }) {
  const command = useCommand();
  const field = useRef();
  useEffect(() => {
    const slash = (event) => {
      if (event.key !== "/" || typing(event.target) || document.querySelector("dialog[open]"))
        return;
      event.preventDefault();
      field.current.focus();
    };
    addEventListener("keydown", slash);
    return () => removeEventListener("keydown", slash);
  }, []);
  const keys = (event) => {
    if (event.key === "Escape") look("");
    if (event.key === "ArrowDown") list.current.querySelector("[data-rove] [tabindex]")?.focus();
  };
  return html`<header class="bar">
    <div class="search">
      <${Icon} name="search" />
      <input
        ref=${field} type="search" value=${filter} aria-label=${t("find")} placeholder=${t("find")}
        aria-keyshortcuts="/" maxlength="100" autocomplete="off" spellcheck=${false}
        onInput=${(e) => look(e.target.value)} onKeyDown=${keys}
      />
      ${
        filter
          ? html`<${IconButton} icon="close" label=${t("clear")} onClick=${() => (look(""), field.current.focus())} />`
          : html`<kbd aria-hidden="true">/</kbd>`
      }
    </div>
    <${Choice}
      label=${t("order")} value=${order} choices=${[
        ["name", t("order-name")],
        ["presence", t("order-presence")],
      ]}
      onChange=${(value) => command("prefer", { order: value })}
    />
    <${Choice}
      label=${t("density")} value=${density}
      choices=${[
        ["large", t("density-large"), "large"],
        ["compact", t("density-compact"), "compact"],
      ]}
      onChange=${(value) => command("prefer", { density: value })}
    />
    <${Button} icon="add" class="new-group" onClick=${newGroup}>${t("new-group")}<//>
  </header>`;
}
