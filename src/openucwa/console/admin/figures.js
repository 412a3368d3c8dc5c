// Numbers and times as operators read them, in the language of the console.

import { language } from "../words/words.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const made = new Map();

function format(Kind, options) {
  const key = `${language()} ${Kind.name} ${JSON.stringify(options)}`;
  if (!made.has(key)) made.set(key, new Kind(language(), options));
  return made.get(key);
}

/** "1,234", "0.4"; what is not known is a dash. */
export function number(value) {
  if (value === null || value === undefined) return "–";
  return format(Intl.NumberFormat, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
}

/** "45 ms", "1.2 s". */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const [value, unit] = seconds < 1 ? [seconds * 1000, "millisecond"] : [seconds, "second"];
  return format(Intl.NumberFormat, {
    style: "unit",
    unit,
    maximumFractionDigits: unit === "second" ? 1 : 0,
  }).format(value);
}

/** "3 min. ago". */
export function ago(ms, now) {
  const seconds = Math.max(0, Math.round((now - ms) / 1000));
  const [value, unit] =
    seconds < MINUTE
      ? [0, "minute"]
      : seconds < HOUR
        ? [seconds / MINUTE, "minute"]
        : seconds < DAY
          ? [seconds / HOUR, "hour"]
          : [seconds / DAY, "day"];
  return format(Intl.RelativeTimeFormat, { numeric: "auto", style: "short" }).format(
    -Math.floor(value),
    unit,
  );
}

/** "15:30:12". */
export const exact = (ms) => format(Intl.DateTimeFormat, { timeStyle: "medium" }).format(ms);

/** "3 Mar 2026, 15:30:12". */
export const moment = (ms) =>
  format(Intl.DateTimeFormat, { dateStyle: "medium", timeStyle: "medium" }).format(ms);
