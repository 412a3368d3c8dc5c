// Views that are loaded when they are first shown, so that the first one is there at once.

import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";

const AGAIN_MS = 3000;

/** A component for what `load()` imports under `name`; its `load` loads it ahead of time. */
export function lazy(load, name) {
  let View = null;
  const get = () => load().then((module) => (View = module[name]));
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
