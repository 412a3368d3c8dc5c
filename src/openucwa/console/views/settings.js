// The settings of the console in this browser.

import { html, useEffect, useState } from "../vendor/preact.js";
import { LANGUAGES, t } from "../words/words.js";
import { LOCK_SEEN, mayWatchLock, watchLock } from "./attention.js";
import { Check, Choice, Field } from "./controls.js";
import { Dialog } from "./dialog.js";
import { useCommand, useEngine, useSlices } from "./hooks.js";
import { toast } from "./toast.js";

const THEMES = ["system", "light", "dark"];

/** Whether the lock of the screen is watched; browsers ask for leave once, and some cannot. */
function Lock() {
  const engine = useEngine();
  const [allowed, allow] = useState(false);
  useEffect(() => void mayWatchLock().then(allow), []);
  if (!LOCK_SEEN) return null;
  const change = async () => allow(await watchLock(engine));
  return html`<${Check}
    label=${t("watch-lock")} hint=${t("watch-lock-hint")} checked=${allowed} disabled=${allowed} onChange=${change}
  />`;
}

export function Settings({ onClose }) {
  const engine = useEngine();
  const command = useCommand();
  const { preferences } = useSlices(engine, "preferences");
  const { language, theme, notifications } = preferences;
  const notify = async (wanted) => {
    const granted = wanted && (await Notification.requestPermission()) === "granted";
    if (wanted && !granted) toast({ title: t("notifications-refused"), tone: "bad" });
    command("prefer", { notifications: granted });
  };
  return html`<${Dialog} title=${t("settings")} onClose=${onClose} class="small">
    <div class="settings">
      <${Field}
        as="select" label=${t("language")} value=${language ?? ""}
        onChange=${(e) => command("prefer", { language: e.target.value || null })}
      >
        <option value="">${t("language-browser")}</option>
        ${Object.entries(LANGUAGES).map(
          ([tag, own]) => html`<option key=${tag} value=${tag} lang=${tag}>${own}</option>`,
        )}
      <//>
      <div class="field">
        <span class="label" aria-hidden="true">${t("theme")}</span>
        <${Choice}
          label=${t("theme")} value=${theme ?? "system"} choices=${THEMES.map((one) => [one, t(`theme-${one}`)])}
          onChange=${(value) => command("prefer", { theme: value })}
        />
      </div>
      <${Check}
        label=${t("notifications")} hint=${t("notifications-hint")} checked=${notifications} onChange=${notify}
        disabled=${!("Notification" in window)}
      />
      <${Lock} />
    </div>
  <//>`;
}
