// Starts the console: the engine, the words of a language, the theme, and then the views.

import { connect } from "./engine/connect.js";
import { html, render } from "./vendor/preact.js";
import { attend } from "./views/attention.js";
import { count } from "./views/badge.js";
import { App } from "./views/frame.js";
import { notify } from "./views/notices.js";
import { speak } from "./words/words.js";

const place = document.getElementById("console");
const engine = connect();
await engine.ready;
let preferences = null;

const draw = () => render(html`<${App} engine=${engine} />`, place);

/** Follows the preferences: the theme at once, the language when its words are there. */
async function prefer() {
  if (engine.state.preferences === preferences) return;
  preferences = engine.state.preferences;
  document.documentElement.dataset.theme = preferences.theme ?? "system";
  await speak(preferences.language);
  draw();
}

await prefer();
engine.subscribe(prefer);
attend(engine);
notify(engine);
count(engine);
