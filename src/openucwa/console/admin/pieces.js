// What the views for operators are put together from: a list with its bar, details beside it, and
// a person to choose.

import { embedded, withQuery } from "../engine/resources.js";
import { html, useEffect, useId, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, IconButton } from "../views/controls.js";
import { Icon } from "../views/icons.js";
import { go, to } from "../views/route.js";
import { Table } from "../views/table.js";
import { reason, useAsk, useLink } from "./api.js";
import { rest } from "./form.js";

const PAUSE_MS = 250;

/** A list as a table: `list` is of useList, `tools` stand in its bar. */
export const List = ({ title, list, columns, id, empty, tools, note }) =>
  html`<div class="admin-list">
    <header class="bar"><h2>${title}</h2>${tools}</header>
    ${note}
    ${list.error && html`<p class="error note" role="alert">${reason(list.error)}</p>`}
    <${Table}
      label=${title} columns=${columns} rows=${list.rows} id=${id} busy=${list.busy}
      empty=${list.busy ? t("loading") : list.error ? "" : empty}
    >
      ${
        list.next &&
        html`<${Button} class="centred" disabled=${list.busy}
        onClick=${list.more}>${t("more")}<//>`
      }
    <//>
  </div>`;

/** What a row is about, as a link if it can be opened; below it what has no column on a phone. */
export const Head = ({ name, sub, narrow, href, current }) => html`<span class="head">
  ${
    href
      ? html`<a href=${href}
    aria-current=${current ? "true" : null}>${name}</a>`
      : html`<strong>${name}</strong>`
  }
  ${sub && html`<small>${sub}</small>`}
  ${narrow && html`<small class="narrow">${narrow}</small>`}
</span>`;

export const Mark = ({ tone = "", icon, children }) =>
  html`<span class="mark ${tone}">${icon && html`<${Icon} name=${icon} />`}${children}</span>`;

/** A list and, beside it, what was chosen in it. */
export const Split = ({ detail, children }) =>
  html`<div class="admin-split ${detail ? "has-detail" : ""}">${children}${detail}</div>`;

export function Detail({ section, title, sub, children }) {
  const box = useRef();
  useLayoutEffect(() => {
    if (document.activeElement.closest(".admin-list")) box.current.focus();
    return rest;
  }, []);
  const leave = () => {
    go("admin", section);
    // Where the list lies below, it can be focused only when this is gone.
    setTimeout(() =>
      document.querySelector(`.head a[href="${CSS.escape(to("admin", section, sub))}"]`)?.focus(),
    );
  };
  const keys = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !event.target.closest("dialog"))
      leave();
  };
  return html`<article class="admin-detail" ref=${box} tabindex="-1" aria-label=${title}
    onKeyDown=${keys}>
    <header>
      <${Head} name=${html`<h2>${title}</h2>`} sub=${sub} />
      <${IconButton} icon="close" label=${t("close")} onClick=${leave} />
    </header>
    ${children}
  </article>`;
}

/** A text that has stood for a moment. */
export function useSettled(text) {
  const [settled, settle] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => settle(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Offers people for what is typed into the field whose `list` is the id. */
export function Offers({ id, text, pick }) {
  const ask = useAsk();
  const people = useLink("adminPeople");
  const [found, find] = useState([]);
  const wanted = useSettled(text.trim());
  useEffect(() => {
    if (wanted.length < 2) return;
    // Without offers one types the whole address.
    ask("GET", withQuery(people, { query: wanted, limit: 8 })).then(
      (page) => find(embedded(page, "adminPerson")),
      () => {},
    );
  }, [wanted]);
  useEffect(() => {
    if (pick && found.some(({ address }) => address === text)) pick(text);
  }, [text]);
  return html`<datalist id=${id}>
    ${found.map(
      ({ address, name }) => html`<option key=${address}
      value=${address}>${name}</option>`,
    )}
  </datalist>`;
}

/** Whose it is that a section shows: everybody's, or that of one person. */
export function Whose({ section, address, children }) {
  const id = useId();
  const [text, change] = useState(address);
  useEffect(() => change(address), [address]);
  const pick = (chosen) => go("admin", section, ...(chosen ? [chosen] : []));
  const submit = (event) => {
    event.preventDefault();
    pick(text.trim().toLowerCase());
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <${Icon} name="search" />
    <input
      type="search" list=${id} value=${text} maxlength="256" aria-label=${t("only-of")}
      placeholder=${t("only-of")}
      autocapitalize="none" spellcheck=${false} autocomplete="off"
      onInput=${(e) => change(e.target.value)}
    />
    <${Offers} id=${id} text=${text} pick=${pick} />
    ${
      address &&
      html`<${IconButton} icon="close" label=${t("of-everybody")}
      onClick=${() => pick("")} />`
    }
  </form>${children}`;
}
