// Starts the page behind the link of a meeting, for guests who have no account.

import { connectGuest } from "./engine/connect.js";
import { Entrance } from "./meetings/entrance.js";
import { meetingAt, uriOf } from "./meetings/link.js";
import { html, render } from "./vendor/preact.js";
import { attend } from "./views/attention.js";
import { count } from "./views/badge.js";
import { EngineContext } from "./views/hooks.js";
import { taste } from "./views/taste.js";
import { Toasts } from "./views/toast.js";

const place = document.getElementById("console");
// Of an address that says no domain there is no meeting either.
const meeting = meetingAt(location.href, place.dataset.domain) ?? { organizer: "", id: "" };
const engine = connectGuest(uriOf(meeting));
await engine.ready;

await taste(engine, () =>
  render(
    html`<${EngineContext.Provider} value=${engine}><${Entrance} meeting=${meeting} /><${Toasts} /><//>`,
    place,
  ),
);
attend(engine);
count(engine);
