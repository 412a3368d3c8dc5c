// One conversation of the history, as it was.

import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Avatars } from "./avatar.js";
import { Button, IconButton } from "./controls.js";
import { Confirm } from "./dialog.js";
import { useCommand } from "./hooks.js";
import { go } from "./route.js";
import { titleOf } from "./talks.js";
import { Turns } from "./turns.js";

export function Transcript({ log, said, look }) {
  const command = useCommand();
  const [asked, ask] = useState(false);
  useEffect(() => void command("openLog", log.id), [log.id]);
  const goOn = async () => {
    const id = await command("continueLog", log.id);
    if (id) go("conversations", id);
  };
  return html`<section class="chat" aria-label=${titleOf(log)}>
    <header class="chat-head">
      <${IconButton} icon="back" class="only-narrow" label=${t("back")} onClick=${() => go("history")} />
      <${Avatars} people=${log.people.length ? log.people : [{ name: "" }]} known=${look} />
      <div class="chat-who">
        <h2>${titleOf(log)}</h2>
        <p class="hint">${said ? t("said-count", { n: said.length }) : t("loading")}</p>
      </div>
      <${IconButton} icon="trash" label=${t("delete-log")} onClick=${() => ask(true)} />
    </header>
    <div class="said" role="region" aria-label=${t("messages")} tabindex="0">
      ${
        said
          ? html`<${Turns} messages=${said} look=${look} />`
          : html`<p class="hint centred" role="status">${t("loading")}</p>`
      }
    </div>
    <div class="chat-foot asks">
      <p>${t("over")}</p>
      <${Button} icon="chat" onClick=${goOn}>${t("talk-again")}<//>
    </div>
    ${
      asked &&
      html`<${Confirm}
      title=${t("delete-log")} action=${t("delete")} onClose=${() => ask(false)}
      onYes=${() => (command("deleteLog", log.id), go("history"))}
    >${t("delete-log-asks")}<//>`
    }
  </section>`;
}
