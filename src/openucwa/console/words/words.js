// The words of the console in the language that somebody reads: `t("unread", { n: 3 })`.

import { FluentBundle, FluentResource } from "../vendor/fluent/index.js";

export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français" };

let bundle = new FluentBundle("en");

/** The language that `t` answers in. */
export const language = () => bundle.locales[0];

/** The first of ours that the browser's person reads, or English. */
export function preferred(languages = navigator.languages) {
  const known = languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return known.find((tag) => tag in LANGUAGES) ?? "en";
}

/** Loads the words of a language; until then `t` goes on in the one before. */
export async function speak(wanted) {
  const tag = wanted in LANGUAGES ? wanted : preferred();
  if (tag === language() && bundle.hasMessage("app-name")) return;
  const answer = await fetch(new URL(`./${tag}.ftl`, import.meta.url));
  if (!answer.ok) throw new Error(`no words of ${tag}`);
  // The words stand in text of one direction, so names need no marks around them.
  const next = new FluentBundle(tag, { useIsolating: false });
  next.addResource(new FluentResource(await answer.text()));
  bundle = next;
  document.documentElement.lang = tag;
}

/** Whether there are words of this name. */
export const has = (id) => bundle.hasMessage(id);

/** The words of this name, with what they say of: a name, a count, a time. */
export function t(id, args) {
  const message = bundle.getMessage(id);
  return message?.value ? bundle.formatPattern(message.value, args, []) : id;
}
