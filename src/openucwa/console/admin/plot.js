// A plot of figures over time, with what its lines are and what they show where somebody points.

import { html, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact.js";
import { clock } from "../words/times.js";
import { exact } from "./figures.js";
import { BOX, drawn, scales } from "./scales.js";

const SWATCH = html`<path d="M0 2h20" />`;

/** The size that an element has now. */
function useSize() {
  const box = useRef();
  const [size, change] = useState(null);
  useLayoutEffect(() => {
    const sizes = new ResizeObserver(
      ([
        {
          contentRect: { width, height },
        },
      ]) => change({ width, height }),
    );
    sizes.observe(box.current);
    return () => sizes.disconnect();
  }, []);
  return [box, size];
}

function Axes({ scale, size, format }) {
  const right = size.width - BOX.right;
  return html`
    ${scale.values.map(
      (value) => html`<g key=${value}>
      <path class="grid" d=${`M${BOX.left} ${scale.y(value)}H${right}`} />
      <text x=${BOX.left - 6} y=${scale.y(value)} dy="0.35em"
        text-anchor="end">${format(value)}</text>
    </g>`,
    )}
    ${scale.moments.map(
      (time) => html`<text key=${time} x=${scale.x(time)} y=${size.height - 4} text-anchor="middle">
      ${clock(time * 1000)}
    </text>`,
    )}`;
}

function Drawing({ times, lines, size, format, whole, at, hover }) {
  const [scale, paths] = useMemo(() => {
    const made = scales(
      times,
      lines.map(({ values }) => values),
      size,
      whole,
    );
    return [made, lines.map(({ values }) => drawn(times, values, made))];
  }, [times, size]);
  const point = (event) =>
    hover(scale.nearest(event.clientX - event.currentTarget.getBoundingClientRect().left));
  const known = ({ values }) => at !== null && typeof values[at] === "number";
  return html`<svg
    width=${size.width} height=${size.height} onPointerMove=${point} onPointerDown=${point}
    onPointerLeave=${() => hover(null)}
  >
    <${Axes} scale=${scale} size=${size} format=${format} />
    ${
      at !== null &&
      html`<path class="here"
      d=${`M${scale.x(times[at])} ${BOX.top}V${size.height - BOX.bottom}`} />`
    }
    ${paths.map(
      ({ line, dots }, number) => html`<g key=${number} class="line-${number}">
      <path class="line" d=${line} /><path class="dots" d=${dots} />
      ${
        known(lines[number]) &&
        html`<path class="dots"
        d=${`M${scale.x(times[at])} ${scale.y(lines[number].values[at])}h0`} />`
      }
    </g>`,
    )}
  </svg>`;
}

/**
 * `times` in seconds since 1970; `lines` are `{name, values}`, at most three; `format` writes a
 * value, and `whole` is for
 * what is counted. `summary` says in words what there is to see. `at` is where somebody points in
 * any of the plots.
 */
export function Plot({
  title,
  summary,
  times,
  lines,
  format,
  at,
  hover,
  class: more = "",
  ...rest
}) {
  const [box, size] = useSize();
  const here = at !== null && at < times.length ? at : null;
  return html`<figure class="figure ${more}">
    <figcaption>
      <h3>${title}</h3>
      ${here !== null && html`<time>${exact(times[here] * 1000)}</time>`}
      <ul class="legend">
        ${lines.map(
          ({ name, values }, number) => html`<li key=${name}>
          <svg class="swatch line-${number}" viewBox="0 0 20 4" aria-hidden="true">${SWATCH}</svg>
          ${name} <strong>${format(values[here ?? times.length - 1])}</strong>
        </li>`,
        )}
      </ul>
    </figcaption>
    <div class="plot" ref=${box} role="img" aria-label=${summary}>
      ${
        size &&
        html`<${Drawing} times=${times} lines=${lines} size=${size} format=${format}
        at=${here} hover=${hover} ...${rest} />`
      }
    </div>
  </figure>`;
}
