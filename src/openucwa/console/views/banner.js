// Says that the server is not heard, so that nobody trusts what they see; and that it comes back by
// itself.

import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Icon } from "./icons.js";
import { useCommand, useEngine, useSlices } from "./hooks.js";

const SECOND = 1000;

function Countdown({ time }) {
  const [now, move] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => move(Date.now()), SECOND);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((time - now) / SECOND);
  // Not for screen readers: they would say every second.
  return (
    seconds > 0 &&
    html`<span class="countdown" aria-hidden="true">${t("next-try", { seconds })}</span>`
  );
}

export function Banner() {
  const engine = useEngine();
  const { connection } = useSlices(engine, "connection");
  const command = useCommand();
  const lost = connection.phase === "reconnecting";
  return html`<div class="banner-place" role="status">
    ${
      lost &&
      html`<div class="banner">
      <${Icon} name="warn" />
      <p><strong>${t("reconnecting")}</strong> ${t("reconnecting-help")}</p>
      ${connection.retryAt && html`<${Countdown} time=${connection.retryAt} />`}
      <button type="button" class="link" onClick=${() => command("hurry")}>${t("try-now")}</button>
    </div>`
    }
  </div>`;
}
