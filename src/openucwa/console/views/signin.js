// Who are you? The page before everything else.

import { html, useState } from "../vendor/preact.js";
import { LANGUAGES, language, t } from "../words/words.js";
import { Button, Field } from "./controls.js";
import { refusal, useCommand, useEngine, useSlices } from "./hooks.js";

export const Brand = () =>
  html`<span class="brand"><img src=${new URL("../icon.svg", import.meta.url)} alt="" />OpenUCWA</span>`;

/** The languages to choose from. */
export function Languages() {
  const command = useCommand();
  return html`<nav class="languages" aria-label=${t("language")}>
    ${Object.entries(LANGUAGES).map(
      ([tag, own]) => html`<button
        key=${tag} type="button" class="link" lang=${tag} aria-current=${tag === language() ? "true" : null}
        onClick=${() => command("prefer", { language: tag })}
      >${own}</button>`,
    )}
  </nav>`;
}

export function SignIn() {
  const engine = useEngine();
  const { connection } = useSlices(engine, "connection");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const busy = connection.phase === "signingIn";
  const submit = (event) => {
    event.preventDefault();
    // Why it is refused is said by the connection.
    if (!busy) engine.do("signIn", name.trim(), password).catch(() => setPassword(""));
  };
  return html`<main class="signin">
    <form onSubmit=${submit}>
      <${Brand} />
      <h1>${t("sign-in-title")}</h1>
      <${Field}
        label=${t("username")} value=${name} required autofocus autocomplete="username" maxlength="256"
        autocapitalize="none" spellcheck=${false} onInput=${(e) => setName(e.target.value)}
        hint=${t("username-hint")}
      />
      <${Field}
        label=${t("password")} type="password" value=${password} required autocomplete="current-password"
        maxlength="1024" onInput=${(e) => setPassword(e.target.value)}
      />
      <p class="error" role="alert">${connection.error && refusal(connection.error)}</p>
      <${Button} tone="main" type="submit" busy=${busy}>${t(busy ? "signing-in" : "sign-in")}<//>
    </form>
    <${Languages} />
  </main>`;
}
