// Where values and times lie in a plot, and which of them stand at its axes. Nothing here draws.

export const BOX = { left: 50, right: 26, top: 8, bottom: 22 };

const STEPS = [1, 2, 5, 10];
const MINUTES = [1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * 60);
const LABEL_WIDTH = 64;
const LABEL_HEIGHT = 32;
const LEAST_SPAN = 300;

/** The numbers at an axis from 0 to the most or a little more; those of what is counted are whole. */
function ticks(most, count, whole) {
  const rough = (most || 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(whole ? 1 : 0, STEPS.find((one) => one * power >= rough * 0.999) * power);
  return Array.from({ length: Math.ceil((most || 1) / step - 0.001) + 1 }, (_, at) => at * step);
}

/** Times as multiples of so many seconds that their words find room. */
function moments(first, last, width) {
  const step =
    MINUTES.find((one) => ((last - first) / one) * LABEL_WIDTH <= width) ?? MINUTES.at(-1);
  const start = Math.ceil(first / step) * step;
  return Array.from(
    { length: Math.max(0, Math.floor((last - start) / step) + 1) },
    (_, at) => start + at * step,
  );
}

/** Where things are in a plot of this size: `x` of a time, `y` of a value, what is at the axes. */
export function scales(times, all, size, whole) {
  const width = Math.max(1, size.width - BOX.left - BOX.right);
  const height = size.height - BOX.top - BOX.bottom;
  const last = times.at(-1) ?? LEAST_SPAN;
  const first = Math.min(times[0] ?? 0, last - LEAST_SPAN);
  const values = ticks(
    Math.max(0, ...all.flat().filter((value) => value !== null)),
    Math.floor(height / LABEL_HEIGHT),
    whole,
  );
  const round = (place) => Math.round(place * 10) / 10;
  return {
    x: (time) => round(BOX.left + ((time - first) / (last - first)) * width),
    y: (value) => round(BOX.top + (1 - value / values.at(-1)) * height),
    nearest: (x) => {
      const time = first + ((x - BOX.left) / width) * (last - first);
      const step = times.length > 1 ? times[1] - times[0] : 1;
      return Math.max(0, Math.min(times.length - 1, Math.round((time - times[0]) / step)));
    },
    values,
    moments: moments(first, last, width),
  };
}

/** The path through what is known, and the places that stand alone, so that no line would show them. */
export function drawn(times, values, { x, y }) {
  const known = (at) => values[at] !== null && values[at] !== undefined;
  const place = (at) => `${x(times[at])} ${y(values[at])}`;
  const all = [...values.keys()].filter(known);
  return {
    line: all.map((at) => `${known(at - 1) ? "L" : "M"}${place(at)}`).join(""),
    dots: all
      .filter((at) => !known(at - 1) && !known(at + 1))
      .map((at) => `M${place(at)}h0`)
      .join(""),
  };
}
