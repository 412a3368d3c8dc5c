// Times as people say them, in the language of the console.

import { language, t } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const made = new Map();

function format(ms, options) {
  const key = language() + JSON.stringify(options);
  if (!made.has(key)) made.set(key, new Intl.DateTimeFormat(language(), options));
  return made.get(key).format(ms);
}

const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0);

/** "15:30". */
export const clock = (ms) => format(ms, { hour: "numeric", minute: "2-digit" });

/** "Today", "Yesterday", "Monday, 3 March". */
export function day(ms, now = Date.now()) {
  const days = Math.round((midnight(now) - midnight(ms)) / DAY);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  const year = new Date(ms).getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return format(ms, { weekday: "long", day: "numeric", month: "long", year });
}

/** The time today, else the date: for lists. */
export function brief(ms, now = Date.now()) {
  if (midnight(ms) === midnight(now)) return clock(ms);
  const year = new Date(ms).getFullYear() === new Date(now).getFullYear() ? undefined : "2-digit";
  return format(ms, { day: "numeric", month: "short", year });
}

/** "15:30", or with the day where that is not today. */
export function until(ms, now = Date.now()) {
  if (midnight(ms) === midnight(now)) return clock(ms);
  return format(ms, { weekday: "short", hour: "numeric", minute: "2-digit" });
}

/** "for 12 min", or "" for less than a minute. */
export function since(ms, now = Date.now()) {
  const span = now - ms;
  if (!ms || span < MINUTE) return "";
  if (span < HOUR) return t("for-minutes", { n: Math.floor(span / MINUTE) });
  if (span < DAY) return t("for-hours", { n: Math.floor(span / HOUR) });
  return t("for-days", { n: Math.floor(span / DAY) });
}
