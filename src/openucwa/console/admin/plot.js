// A plot of figures over time, with what its lines are. Its library is loaded when the first one is drawn.

import { html, useEffect, useRef, useState } from "../vendor/preact.js";
import { clock } from "../words/times.js";
import { sheet } from "./sheet.js";

const LINES = [
  { color: "--plot-1", width: 2 },
  { color: "--plot-2", width: 2, dash: [6, 3] },
  { color: "--plot-3", width: 2, dash: [2, 2] },
];
const WHOLE = [1, 2, 5].flatMap((step) => [0, 1, 2, 3, 4, 5, 6].map((power) => step * 10 ** power)).sort((a, b) => a - b);
const MINUTES = [1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * 60);
const LEAST_SPAN = 300;

const load = () =>
  Promise.all([import("../vendor/uplot.js"), sheet("vendor/uplot.css")]).then(([module]) => module.default);

/** The colour that a custom property stands for in the theme that is shown. */
function ink(element, name) {
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = "";
  return color;
}

/** Where a value stands alone, so that no line shows it. */
const alone = (plot, at) => {
  const values = plot.data[at];
  const missing = (place) => values[place] === null || values[place] === undefined;
  return values.flatMap((_, place) => (!missing(place) && missing(place - 1) && missing(place + 1) ? [place] : []));
};

function options(box, lines, format, whole, hover) {
  const color = (name) => ink(box, name);
  const font = `12px ${getComputedStyle(box).fontFamily}`;
  const axis = { stroke: color("--ink-2"), font, ticks: { show: false } };
  return {
    width: box.clientWidth,
    height: box.clientHeight,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: "figures" }, points: { size: 7 } },
    scales: {
      x: { range: (_, least, most) => [Math.min(least, most - LEAST_SPAN), most] },
      y: { range: (_, __, most) => [0, (most || (whole ? 4 : 1)) * 1.12] },
    },
    axes: [
      { ...axis, grid: { show: false }, space: 64, size: 20, gap: 4, incrs: MINUTES, values: (_, all) => all.map((second) => clock(second * 1000)) },
      {
        ...axis, grid: { stroke: color("--line"), width: 1 }, space: 30, size: 54, gap: 4, ...(whole && { incrs: WHOLE }),
        values: (_, all) => all.map(format),
      },
    ],
    series: [
      {},
      ...lines.map((_, at) => ({
        stroke: color(LINES[at].color), width: LINES[at].width, dash: LINES[at].dash,
        points: { show: true, size: 5, fill: color(LINES[at].color), filter: (plot, series) => alone(plot, series) },
      })),
    ],
    hooks: { setCursor: [(plot) => hover(plot.cursor.idx ?? null)] },
  };
}

/**
 * `times` in seconds since 1970; `lines` are `{name, values}`, at most three; `format` writes a value, `summary` says in
 * words what there is to see. `whole` is for what is counted.
 */
export function Plot({ title, summary, times, lines, format, whole, class: more = "" }) {
  const box = useRef();
  const plot = useRef();
  const [at, hover] = useState(null);
  const data = [times, ...lines.map(({ values }) => values)];
  const latest = useRef();
  latest.current = data;
  useEffect(() => {
    const place = box.current;
    let gone = false;
    let sizes;
    load().then((UPlot) => {
      if (gone) return;
      plot.current = new UPlot(options(place, lines, format, whole, hover), latest.current, place);
      sizes = new ResizeObserver(([{ contentRect: { width, height } }]) => plot.current.setSize({ width, height }));
      sizes.observe(place);
    });
    return () => {
      gone = true;
      sizes?.disconnect();
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => plot.current?.setData(data), [times]);
  const shown = at !== null && at < times.length ? at : times.length - 1;
  return html`<figure class="figure ${more}">
    <figcaption>
      <h3>${title}</h3>
      <ul class="legend">
        ${lines.map(({ name, values }, line) => html`<li key=${name}>
          <svg viewBox="0 0 18 4" aria-hidden="true" class="swatch line-${line}"><path d="M0 2h18" stroke-dasharray=${LINES[line].dash?.join(" ")} /></svg>
          ${name} <output aria-live="off">${format(values[shown])}</output>
        </li>`)}
      </ul>
      ${at !== null && at === shown && html`<time>${clock(times[at] * 1000)}</time>`}
    </figcaption>
    <div class="plot" ref=${box} role="img" aria-label=${summary}></div>
  </figure>`;
}
