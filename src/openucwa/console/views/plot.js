// A plot of figures over time. Its library is loaded when the first one is drawn.

import { html, useEffect, useRef } from "../vendor/preact.js";

const HEIGHT = 180;
let library = null;

function load() {
  if (!library) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("../vendor/uplot.css", import.meta.url).href;
    document.head.append(style);
    library = import("../vendor/uplot.js").then((module) => module.default);
  }
  return library;
}

/** The colour that a custom property stands for in the theme that is shown. */
function ink(element, name) {
  element.style.color = `var(${name})`;
  const { color } = getComputedStyle(element);
  element.style.color = "";
  return color;
}

/**
 * `data` is uPlot's: the times in seconds, then the values of each line; `lines` are `{label, color}`, a colour one
 * of the custom properties of tokens.css. `summary` says in words what the plot shows.
 */
export function Plot({ data, lines, summary }) {
  const box = useRef();
  const plot = useRef();
  useEffect(() => {
    let gone = false;
    let sizes;
    load().then((UPlot) => {
      if (gone) return;
      const color = (name) => ink(box.current, name);
      const axis = { stroke: color("--ink-2"), grid: { stroke: color("--line"), width: 1 } };
      const series = lines.map((line) => ({
        label: line.label,
        stroke: color(line.color),
        width: 2,
      }));
      const width = box.current.clientWidth;
      plot.current = new UPlot(
        { width, height: HEIGHT, axes: [axis, axis], series: [{}, ...series] },
        data,
        box.current,
      );
      sizes = new ResizeObserver(([{ contentRect }]) =>
        plot.current.setSize({ width: contentRect.width, height: HEIGHT }),
      );
      sizes.observe(box.current);
    });
    return () => {
      gone = true;
      sizes?.disconnect();
      plot.current?.destroy();
    };
  }, [lines]);
  useEffect(() => plot.current?.setData(data), [data]);
  return html`<div class="plot" ref=${box} role="img" aria-label=${summary}></div>`;
}
