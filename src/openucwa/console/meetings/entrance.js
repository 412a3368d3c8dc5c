// What guests see behind the link of a meeting: a door with a name on it, and then the meeting.

import { html, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Banner } from "../views/banner.js";
import { Button, Field } from "../views/controls.js";
import { refusal, useCommand, useEngine, useSlices } from "../views/hooks.js";
import { to } from "../views/route.js";
import { Brand, Languages } from "../views/signin.js";
import { titleOf } from "../views/talks.js";
import { Meeting, over } from "./meeting.js";

function Door({ meeting, name, change, said, busy, enter }) {
  const submit = (event) => {
    event.preventDefault();
    if (!busy) enter();
  };
  return html`<main class="signin">
    <form onSubmit=${submit}>
      <${Brand} />
      <h1>${t("join-title")}</h1>
      ${meeting.organizer && html`<p>${t("meeting-by", { name: meeting.organizer })}</p>`}
      <${Field}
        label=${t("your-name")} value=${name} required autofocus autocomplete="name" maxlength="250"
        onInput=${(e) => change(e.target.value)} hint=${t("your-name-hint")}
      />
      <p class="error" role="alert">${said}</p>
      <${Button} tone="main" type="submit" busy=${busy}>${t(busy ? "connecting" : "join")}<//>
      <p class="hint">${t("have-account")} <a href="/${to("meetings", "join", meeting.organizer, meeting.id)}">${t("sign-in")}</a></p>
    </form>
    <${Languages} />
  </main>`;
}

export function Entrance({ meeting }) {
  const engine = useEngine();
  const command = useCommand();
  const { connection, conversations } = useSlices(engine, "connection", "conversations");
  const [busy, wait] = useState(false);
  const [said, say] = useState("");
  const [name, change] = useState("");
  const [talk] = conversations;
  if (talk && talk.state !== "ended") {
    const leave = () => {
      say(t("meeting-reason-left"));
      command("signOut");
    };
    return html`<main class="pane guest-room">
      <h1 class="unseen">${titleOf(talk)}</h1>
      <${Banner} />
      <${Meeting} id=${talk.id} visitor left=${leave} />
    </main>`;
  }
  if (connection.phase === "reconnecting") return html`<${Banner} /><p class="hint centred" role="status">${t("loading")}</p>`;
  const enter = async () => {
    wait(true);
    say("");
    await engine.do("enter", name.trim()).catch((error) => say(refusal(error)));
    wait(false);
  };
  const why = said || (talk && over(talk)) || (connection.error && refusal(connection.error));
  return html`<${Door} ...${{ meeting, name, change, busy, enter }} said=${!busy && why} />`;
}
