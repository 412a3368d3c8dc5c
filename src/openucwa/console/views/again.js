// Asks for the password once more when the time of a sign-in is over, above what is there.

import { html, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button, Field } from "./controls.js";
import { Dialog } from "./dialog.js";
import { refusal, useCommand, useEngine, useSlices } from "./hooks.js";

export function SignInAgain() {
  const engine = useEngine();
  const command = useCommand();
  const { me } = useSlices(engine, "me");
  const [password, change] = useState("");
  const [busy, work] = useState(false);
  const [error, refuse] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    work(true);
    try {
      await engine.do("signInAgain", password);
    } catch (refused) {
      refuse(refusal(refused));
      change("");
    }
    work(false);
  };
  const name = me.address.replace(/^sip:/, "");
  return html`<${Dialog} title=${t("expired-title")} class="small">
    <p>${t("expired-help")}</p>
    <form onSubmit=${submit}>
      <input class="unseen" tabindex="-1" aria-hidden="true" autocomplete="username" value=${name} readonly />
      <${Field}
        label=${t("password-of", { name })} type="password" value=${password} required autofocus
        autocomplete="current-password" maxlength="1024" onInput=${(e) => change(e.target.value)}
        error=${error}
      />
      <footer>
        <${Button} onClick=${() => command("signOut")}>${t("sign-out")}<//>
        <${Button} tone="main" type="submit" busy=${busy} disabled=${!password || busy}>${t("sign-in")}<//>
      </footer>
    </form>
  <//>`;
}
