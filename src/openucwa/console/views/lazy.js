// Views that are loaded when they are first shown, so that the first one is there at once.

import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";

const AGAIN_MS = 3000;

/** Loads a style of its own. If that fails things show plainly, rather than never. */
const dress = (name) =>
  new Promise((resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(`../style/${name}`, import.meta.url).href;
    link.onload = link.onerror = resolve;
    document.head.append(link);
  });

/**
 * A component for what `load()` imports under `name`, in a `style` of its own if it has one; its
 * `load` loads it ahead of time.
 */
export function lazy(load, name, style = null) {
  let View = null;
  let dressed = null;
  const get = async () => {
    const module = await load();
    if (style) await (dressed ??= dress(style));
    View = module[name];
  };
  function Lazy(props) {
    const [, again] = useState();
    useEffect(() => {
      let timer;
      const look = () =>
        get().then(
          () => again({}),
          () => (timer = setTimeout(look, AGAIN_MS)),
        );
      if (!View) look();
      return () => clearTimeout(timer);
    }, []);
    return View
      ? html`<${View} ...${props} />`
      : html`<p class="hint centred" role="status">${t("loading")}</p>`;
  }
  // What cannot be loaded ahead is tried again when it is shown.
  Lazy.load = () => get().catch(() => {});
  return Lazy;
}
