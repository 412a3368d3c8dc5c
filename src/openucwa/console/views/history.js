// What was said in conversations that are over: a list to search, and each to read and to continue.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Empty } from "./controls.js";
import { useCommand, useEngine, useSlices } from "./hooks.js";
import { Icon } from "./icons.js";
import { useRove } from "./rove.js";
import { knower, Talk } from "./talks.js";
import { Transcript } from "./transcript.js";

function Search({ words }) {
  const command = useCommand();
  const [text, change] = useState(words);
  const search = (next) => (next ? command("searchHistory", next) : command("loadHistory"));
  const submit = (event) => {
    event.preventDefault();
    search(text.trim());
  };
  // The cross that browsers put into such fields, and Esc, empty it.
  const input = (event) => {
    change(event.target.value);
    if (!event.target.value && words) search("");
  };
  return html`<form class="search" role="search" onSubmit=${submit}>
    <${Icon} name="search" />
    <input
      type="search" value=${text} aria-label=${t("search-history")} placeholder=${t("search-history")}
      maxlength="100" onInput=${input} enterkeyhint="search"
    />
  </form>`;
}

export function History({ id }) {
  const engine = useEngine();
  const command = useCommand();
  const { history, people, connection } = useSlices(engine, "history", "people", "connection");
  const list = useRef();
  useRove(list);
  useEffect(() => void command("loadHistory"), []);
  const { logs, more, busy, words } = history;
  const live = connection.phase === "online";
  const log = logs.find((one) => one.id === id);
  const nothing = words ? t("history-none") : t("history-empty");
  return html`<div class="split ${log ? "has-detail" : ""}">
    <div class="split-list">
      <header class="bar stacked">
        <h2>${t("history")}</h2>
        <${Search} words=${words} />
      </header>
      <ul class="talks" ref=${list} aria-busy=${busy}>
        ${logs.map(
          (one) => html`<${Talk}
          key=${one.id} talk=${{ ...one, unread: Number(one.unread) }} view="history"
          text=${one.preview} time=${one.time} chosen=${one === log}
          look=${knower(people, live)} mark=""
        />`,
        )}
      </ul>
      <p class="hint centred" role="status">${busy ? t("loading") : logs.length ? "" : nothing}</p>
      ${
        more &&
        html`<${Button} class="centred" disabled=${busy} onClick=${() => command("moreHistory")}>
        ${t("more")}
      <//>`
      }
    </div>
    <div class="split-detail">
      ${
        log
          ? html`<${Transcript} key=${id} log=${log} said=${history.transcripts[id]} look=${knower(people, live)} />`
          : html`<${Empty} icon="history" title=${t("history-choose")}>${t("history-help")}<//>`
      }
    </div>
  </div>`;
}
