// What somebody prefers in this browser: the theme and the language.

import { speak } from "../words/words.js";

/** Draws in the language and the theme that are preferred, now and whenever another one is. */
export async function taste(engine, draw) {
  let preferences = null;
  const follow = async () => {
    if (engine.state.preferences === preferences) return;
    preferences = engine.state.preferences;
    document.documentElement.dataset.theme = preferences.theme ?? "system";
    await speak(preferences.language);
    draw();
  };
  await follow();
  engine.subscribe(follow);
}
