// The samples of the last hour, kept up to date by asking for the latest ones only.

import { time, withQuery } from "../engine/resources.js";
import { useEffect, useRef, useState } from "../vendor/preact.js";
import { useAsk } from "./api.js";

const KEPT = 720;
const LATEST = 24;
const SERIES = [
  "signedIn",
  "available",
  "parkedPolls",
  "transitions",
  "deliveries",
  "requests",
  "messages",
  "latency50",
  "latency99",
];

/** Samples followed by later ones that overlap them; null if there is a gap between. */
function joined(before, after) {
  const kept =
    before && Math.round((time(after.start) - time(before.start)) / 1000 / after.interval);
  if (before && (kept < 0 || kept > before.signedIn.length)) return null;
  const all = SERIES.map((name) => [
    name,
    [...(before?.[name] ?? []).slice(0, kept), ...after[name]],
  ]);
  const over = Math.max(0, all[0][1].length - KEPT);
  const start = time((before ?? after).start) + over * after.interval * 1000;
  return {
    ...after,
    ...Object.fromEntries(all.map(([name, values]) => [name, values.slice(over)])),
    start: `/Date(${start})/`,
  };
}

/** The samples, null until there are some, what they are refused with, and what asks for the latest. */
export function useSamples(place) {
  const ask = useAsk();
  const kept = useRef(null);
  const [state, set] = useState({ samples: null });
  const look = async () => {
    try {
      const latest =
        kept.current && joined(kept.current, await ask("GET", withQuery(place, { limit: LATEST })));
      kept.current = latest || joined(null, await ask("GET", place));
      set({ samples: kept.current });
    } catch (error) {
      set({ samples: kept.current, error });
    }
  };
  useEffect(() => void look(), []);
  return { ...state, look };
}

const known = (values) => values.filter((value) => value !== null);
const highest = (values) => (known(values).length ? Math.max(...known(values)) : null);
const mean = (values) =>
  known(values).length
    ? known(values).reduce((sum, value) => sum + value, 0) / known(values).length
    : null;

/** When each sample was taken, in seconds since 1970. */
export const times = ({ start, interval, signedIn }) =>
  signedIn.map((_, at) => time(start) / 1000 + at * interval);

/** The least, the last and the most of a series. */
export const extremes = (values) => ({
  least: known(values).length ? Math.min(...known(values)) : null,
  last: known(values).at(-1) ?? null,
  most: highest(values),
});

/** One row for each minute, the newest first: means, and the highest latencies. */
export function minutes(samples) {
  const rows = new Map();
  times(samples).forEach((second, at) => {
    const minute = Math.floor(second / 60) * 60_000;
    rows.set(minute, [...(rows.get(minute) ?? []), at]);
  });
  return [...rows].reverse().map(([minute, places]) => {
    const of = (name) => places.map((at) => samples[name][at]);
    const row = SERIES.map((name) => [
      name,
      (name.startsWith("latency") ? highest : mean)(of(name)),
    ]);
    return { minute, ...Object.fromEntries(row) };
  });
}
