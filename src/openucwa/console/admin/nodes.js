// The nodes of a pool, and which of them do not answer.

import { html } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Icon } from "../views/icons.js";
import { Mark } from "./pieces.js";

export const Nodes = ({ nodes = [], silent = [] }) =>
  nodes.length + silent.length > 1 &&
  html`<ul class="nodes" aria-label=${t("nodes")}>
    ${nodes.map((node) => html`<li key=${node}><${Mark} tone="good">${node}<//></li>`)}
    ${silent.map(
      (node) => html`<li key=${node}><${Mark} tone="bad"
      icon="warn">${t("node-silent", { node })}<//></li>`,
    )}
  </ul>`;

/** Says that some do not answer, so that nobody takes what is shown for everything. */
export const Silent = ({ silent = [] }) =>
  html`<div role="status">
    ${
      silent.length > 0 &&
      html`<p class="note warning"><${Icon} name="warn" />
      ${t("silent", { n: silent.length, names: silent.join(", ") })}
    </p>`
    }
  </div>`;
