// How much goes on: now, in the last hour, and since the start.

import { time } from "../engine/resources.js";
import { html, useMemo, useState } from "../vendor/preact.js";
import { brief, clock } from "../words/times.js";
import { t } from "../words/words.js";
import { Choice } from "../views/controls.js";
import { Table } from "../views/table.js";
import { reason, useEvery, useLink, useRead } from "./api.js";
import { number, span } from "./figures.js";
import { Nodes, Silent } from "./nodes.js";
import { Plot } from "./plot.js";
import { extremes, minutes, times, useSamples } from "./samples.js";

const EVERY_MS = 5000;
const PLOTS = [
  { id: "here", lines: ["signedIn", "available"], format: number, whole: true, class: "broad" },
  { id: "presence", lines: ["transitions", "deliveries", "messages"], format: number },
  { id: "requests", lines: ["requests"], format: number },
  { id: "parked", lines: ["parkedPolls"], format: number, whole: true },
  { id: "latency", lines: ["latency50", "latency99"], format: span },
];
const NOW = ["signedIn", "applications", "available", "parkedPolls", "conversations"];
const SINCE = [
  "signIns",
  "requests",
  "transitions",
  "deliveries",
  "messages",
  "sessionsEnded",
  "droppedQueues",
];

function Plots({ samples }) {
  const seconds = useMemo(() => times(samples), [samples]);
  const [at, hover] = useState(null);
  const summary = ({ lines, format }) =>
    lines
      .map((name) => {
        const said = Object.entries(extremes(samples[name])).map(([key, value]) => [
          key,
          format(value),
        ]);
        return t("plot-summary", { name: t(`figure-${name}`), ...Object.fromEntries(said) });
      })
      .join(" ");
  return html`<div class="plots">
    ${PLOTS.map(
      (plot) => html`<${Plot}
      key=${plot.id} title=${t(`plot-${plot.id}`)} summary=${summary(plot)} at=${at} hover=${hover}
      times=${seconds} ...${plot}
      lines=${plot.lines.map((name) => ({ name: t(`figure-${name}`), values: samples[name] }))}
    />`,
    )}
  </div>`;
}

function Minutes({ samples }) {
  const columns = PLOTS.flatMap(({ lines, format }) =>
    lines.map((key) => ({
      key,
      name: t(`figure-${key}`),
      number: true,
      cell: (row) => format(row[key]),
    })),
  );
  const minute = { key: "minute", name: t("time"), cell: (row) => clock(row.minute) };
  return html`<${Table}
    label=${t("minutes")} columns=${[minute, ...columns]} rows=${minutes(samples)}
    id=${(row) => row.minute}
    empty=${t("no-samples")}
  />`;
}

const Numbers = ({ names, figures, class: more }) => html`<dl class=${more}>
  ${names.map(
    (name) => html`<div
    key=${name}><dt>${t(`figure-${name}`)}</dt><dd>${number(figures[name])}</dd></div>`,
  )}
</dl>`;

export function Overview() {
  const { found: figures, error, again } = useRead(useLink("adminFigures"));
  const { samples, error: missed, look } = useSamples(useLink("adminSamples"));
  const [as, show] = useState("plots");
  useEvery(EVERY_MS, () => (again(), look()));
  const wrong = error ?? missed;
  return html`<section class="overview" aria-label=${t("section-overview")}>
    <header class="bar">
      <h2>${t("section-overview")}</h2>
      <${Nodes} ...${figures} />
      <${Choice}
        label=${t("show-as")} value=${as} onChange=${show}
        choices=${["plots", "table"].map((one) => [one, t(`as-${one}`)])}
      />
    </header>
    <${Silent} ...${figures} />
    ${
      wrong &&
      html`<p class="error note"
      role="alert">${t("figures-stand", { reason: reason(wrong) })}</p>`
    }
    ${figures && html`<${Numbers} names=${NOW} figures=${figures} class="numbers" />`}
    ${
      samples &&
      (as === "plots"
        ? html`<${Plots} samples=${samples} />`
        : html`<${Minutes}
      samples=${samples} />`)
    }
    ${
      figures &&
      html`<h3>${t("since-start", { time: brief(time(figures.since)) })}</h3>
      <${Numbers} names=${SINCE} figures=${figures} class="numbers since" />`
    }
  </section>`;
}
