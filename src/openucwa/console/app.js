// Starts the console: the engine, the words of a language, the theme, and then the views.

import { connect } from "./engine/connect.js";
import { html, render } from "./vendor/preact.js";
import { attend } from "./views/attention.js";
import { count } from "./views/badge.js";
import { App } from "./views/frame.js";
import { notify } from "./views/notices.js";
import { taste } from "./views/taste.js";

const place = document.getElementById("console");
const engine = connect();
await engine.ready;

await taste(engine, () => render(html`<${App} engine=${engine} />`, place));
attend(engine);
notify(engine);
count(engine);
