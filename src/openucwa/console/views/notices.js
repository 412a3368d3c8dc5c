// What happens while somebody looks elsewhere: a toast in the page, a notification of the desktop.

import { has, t } from "../words/words.js";
import { go } from "./route.js";
import { toast } from "./toast.js";

const BRIEF = 140;

function open({ conversation, address }) {
  if (conversation) go("conversations", conversation);
  else if (address) go("people", address);
  else go("history");
}

function onDesktop(notice) {
  const icon = new URL("../icon.svg", import.meta.url).href;
  const body = (notice.text ?? "").slice(0, BRIEF);
  const shown = new Notification(notice.title, {
    body,
    icon,
    tag: notice.conversation ?? notice.address,
  });
  shown.onclick = () => {
    focus();
    open(notice);
    shown.close();
  };
}

/** Shows what the engine gives notice of, from now on. */
export function notify(engine) {
  engine.on("notice", (given) => {
    const text = has(`notice-${given.kind}`) ? t(`notice-${given.kind}`) : given.text;
    const notice = { ...given, text };
    const seen = document.visibilityState === "visible" && document.hasFocus();
    const wanted =
      engine.state.preferences.notifications && window.Notification?.permission === "granted";
    if (!seen && wanted) onDesktop(notice);
    else
      toast({
        title: notice.title,
        text: (notice.text ?? "").slice(0, BRIEF),
        action: [t("open"), () => open(notice)],
      });
  });
}
