// Where messages are written: Enter sends, Shift+Enter begins a line.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { IconButton } from "./controls.js";
import { useEngine } from "./hooks.js";

const LONGEST = 8000;
const TYPING_MS = 3000;
// What was begun in each conversation, kept while somebody looks at another.
const begun = new Map();

export function Composer({ id, to, live, say }) {
  const engine = useEngine();
  const [text, change] = useState(() => begun.get(id) ?? "");
  const field = useRef();
  const told = useRef(0);
  useLayoutEffect(() => {
    const area = field.current;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  useLayoutEffect(() => {
    if (matchMedia("(hover: hover)").matches) field.current.focus();
  }, []);
  const write = (next) => {
    begun.set(id, next);
    change(next);
    if (next && Date.now() - told.current > TYPING_MS) {
      told.current = Date.now();
      // That somebody types is not worth a word when it cannot be told.
      engine.do("typing", id).catch(() => {});
    }
  };
  const send = () => {
    if (!text.trim() || !live) return;
    say(text.trim());
    told.current = 0;
    write("");
    field.current.focus();
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return html`<form class="composer" onSubmit=${(e) => (e.preventDefault(), send())}>
    <textarea
      ref=${field} rows="1" value=${text} maxlength=${LONGEST} aria-label=${t("write-to", { name: to })}
      placeholder=${t("write-to", { name: to })} onInput=${(e) => write(e.target.value)} onKeyDown=${keys}
    ></textarea>
    <${IconButton} icon="send" label=${t("send")} type="submit" class="send" disabled=${!text.trim() || !live} />
  </form>`;
}
