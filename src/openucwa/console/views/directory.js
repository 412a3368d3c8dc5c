// Who is found in the directory and is not on the list yet.

import { html, useEffect } from "../vendor/preact.js";
import { t } from "../words/words.js";
import { Button } from "./controls.js";
import { useCommand, useEngine, useSlices } from "./hooks.js";
import { Icon } from "./icons.js";
import { Tile } from "./tile.js";

const PAUSE_MS = 250;
const SHORTEST = 2;

/**
 * Searches the directory as somebody types; answers what is found of this query, and whether it
 * goes on.
 */
export function useDirectory(query) {
  const engine = useEngine();
  const { search, people } = useSlices(engine, "search", "people");
  const wanted = query.trim();
  const long = wanted.length >= SHORTEST;
  useEffect(() => {
    if (!long) return undefined;
    // What a search is refused with is no news: the next letter searches again.
    const timer = setTimeout(() => engine.do("search", wanted).catch(() => {}), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const ready = long && search.query === wanted;
  return {
    long,
    busy: long && (!ready || search.busy),
    more: ready && search.more,
    found: ready ? search.people.map((address) => people[address]).filter(Boolean) : [],
    groups: ready ? search.groups : [],
  };
}

export function Directory({ query, live, chosen }) {
  const engine = useEngine();
  const command = useCommand();
  const { long, busy, more, found, groups } = useDirectory(query);
  const listed = useSlices(engine, "groups").groups;
  const others = groups.filter(({ id }) => !listed.some((group) => group.id === id));
  const strangers = found.filter((person) => !person.listed);
  const said = !long
    ? t("directory-longer")
    : busy
      ? t("directory-busy")
      : strangers.length + others.length === 0
        ? t("directory-none")
        : more
          ? t("directory-more")
          : "";
  return html`<section class="group directory" aria-label=${t("directory")}>
    <header class="group-head"><h2>${t("directory")}</h2></header>
    <ul class="tiles">
      ${strangers.map(
        (person) => html`<${Tile}
        key=${person.address} person=${person} live=${live} chosen=${person.address === chosen} add
      />`,
      )}
    </ul>
    ${others.map(
      ({ id, name }) => html`<p key=${id} class="group-found">
        <${Icon} name="group" />${name}
        <${Button} icon="add" aria-label=${t("add-person", { name })} onClick=${() => command("addGroup", id)}>
          ${t("add")}
        <//>
      </p>`,
    )}
    <p class="group-empty" role="status">${said}</p>
  </section>`;
}
