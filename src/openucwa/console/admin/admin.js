// Administration: its sections, and where the API begins for who may use it.

import { html, useEffect } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Empty } from "../views/controls.js";
import { to } from "../views/route.js";
import { reason, Root, useRead } from "./api.js";
import { Audit } from "./audit.js";
import { Groups } from "./groups.js";
import { Overview } from "./overview.js";
import { People } from "./people.js";
import { Policies } from "./policies.js";
import { Pools } from "./pools.js";
import { Sessions } from "./sessions.js";
import { Webhooks } from "./webhooks.js";

const START = "/admin";
const SECTIONS = {
  overview: Overview,
  people: People,
  groups: Groups,
  policies: Policies,
  sessions: Sessions,
  pools: Pools,
  webhooks: Webhooks,
  audit: Audit,
};

export function Admin({ path }) {
  const { found: root, error } = useRead(START);
  const section = path[0] in SECTIONS ? path[0] : "overview";
  useEffect(() => {
    const here = document.querySelector(".sections [aria-current]");
    here?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [section, root]);
  if (error) return html`<${Empty} icon="warn" title=${t("administration")}>${reason(error)}<//>`;
  if (!root) return html`<p class="hint centred" role="status">${t("loading")}</p>`;
  const View = SECTIONS[section];
  return html`<${Root.Provider} value=${root}>
    <nav class="sections" aria-label=${t("administration")}>
      ${Object.keys(SECTIONS).map(
        (one) => html`<a
        key=${one} href=${to("admin", one)} aria-current=${one === section ? "page" : null}
      >${t(`section-${one}`)}</a>`,
      )}
    </nav>
    <${View} key=${section} address=${(path[1] ?? "").toLowerCase()} />
  <//>`;
}
