// Lists of many things as one stop of the Tab key: the arrows move inside, Tab goes on.

import { useLayoutEffect } from "../vendor/preact.js";

const ITEM = "[data-rove]";

function mark(list, item) {
  for (const one of list.querySelectorAll(`${ITEM} [tabindex="0"]`)) {
    if (!item?.contains(one)) one.tabIndex = -1;
  }
  for (const one of item?.querySelectorAll("[tabindex]") ?? []) one.tabIndex = 0;
}

/** The item of the next row that stands nearest below (or above) this one. */
function neighbour(items, at, step) {
  const here = items[at].getBoundingClientRect();
  let best = null;
  let row = null;
  for (let i = at + step; items[i]; i += step) {
    const box = items[i].getBoundingClientRect();
    const away = step > 0 ? box.top >= here.bottom - 1 : box.bottom <= here.top + 1;
    if (!away) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) > 2) break;
    const far = Math.abs(box.left - here.left);
    if (!best || far < best.far) best = { far, item: items[i] };
  }
  return best?.item;
}

function keys(event) {
  const item = event.target.closest(ITEM);
  if (!item || event.defaultPrevented || event.altKey || event.metaKey || event.ctrlKey) return;
  const items = [...event.currentTarget.querySelectorAll(ITEM)];
  const at = items.indexOf(item);
  const found = {
    ArrowRight: () => items[at + 1],
    ArrowLeft: () => items[at - 1],
    ArrowDown: () => neighbour(items, at, 1),
    ArrowUp: () => neighbour(items, at, -1),
    Home: () => items[0],
    End: () => items.at(-1),
  }[event.key]?.();
  if (found) {
    event.preventDefault();
    found.querySelector("[tabindex]").focus();
  }
}

/**
 * Makes the items (`data-rove`) inside an element one stop. What they hold to press has `tabindex="-1"`, which is
 * changed here only, so that a row that is drawn again keeps it.
 */
export function useRove(list) {
  useLayoutEffect(() => {
    const focused = (event) => mark(list.current, event.target.closest(ITEM));
    const box = list.current;
    box.addEventListener("focusin", focused);
    box.addEventListener("keydown", keys);
    return () => {
      box.removeEventListener("focusin", focused);
      box.removeEventListener("keydown", keys);
    };
  }, []);
  useLayoutEffect(() => {
    if (!list.current.querySelector(`${ITEM} [tabindex="0"]`)) {
      mark(list.current, list.current.querySelector(ITEM));
    }
  });
}
