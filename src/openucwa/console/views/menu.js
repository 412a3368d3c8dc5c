// Menus: they open at a button or a place, and are walked with the arrow keys.

import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { Icon } from "./icons.js";

const GAP = 6;

/** Puts a menu below what it belongs to, or above, inside the window. */
function place(menu, anchor) {
  const { left, right, top, bottom } = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const room = document.documentElement;
  const x = left + width + GAP > room.clientWidth ? right - width : left;
  const y = bottom + GAP + height > room.clientHeight ? top - GAP - height : bottom + GAP;
  menu.style.left = `${Math.max(GAP, Math.min(x, room.clientWidth - width - GAP))}px`;
  menu.style.top = `${Math.max(GAP, Math.min(y, room.clientHeight - height - GAP))}px`;
}

function walk(event) {
  const items = [...event.currentTarget.querySelectorAll("[role^=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const steps = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    Home: 0,
    End: items.length - 1,
  };
  const typed = event.key.length === 1 && event.key !== " " && event.key.toLowerCase();
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const next = typed
    ? after.find((item) => item.textContent.trim().toLowerCase().startsWith(typed))
    : event.key in steps && items.at(steps[event.key] % items.length);
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

/** A menu at `anchor`, an element. `onClose` is called when something is chosen, or nothing is. */
export function Menu({ anchor, label, onClose, children, class: more = "" }) {
  const box = useRef();
  useLayoutEffect(() => {
    const menu = box.current;
    menu.showPopover();
    place(menu, anchor);
    (menu.querySelector("[aria-checked=true]") ?? menu.querySelector("[role^=menuitem]"))?.focus();
    addEventListener("resize", onClose);
    return () => removeEventListener("resize", onClose);
  }, [anchor]);
  const toggled = (event) => event.newState === "closed" && onClose();
  const keys = (event) => {
    if (event.key === "Tab") box.current.hidePopover();
    walk(event);
  };
  // Closed before what was chosen runs, so that a dialog gives the focus back to the button.
  const chosen = (event) => event.target.closest("[role^=menuitem]") && box.current.hidePopover();
  return html`<div
    ref=${box} popover="auto" role="menu" class="menu ${more}" aria-label=${label}
    onToggle=${toggled} onKeyDown=${keys} onClickCapture=${chosen}
  >${children}</div>`;
}

/** A line of a menu; `checked` is for those of which one holds. */
export const Item = ({ icon, tone = "", checked, run, children, class: more = "", ...rest }) =>
  html`<button
    type="button" class="item ${tone} ${more}" tabindex="-1" onClick=${run}
    role=${checked === undefined ? "menuitem" : "menuitemradio"} aria-checked=${checked} ...${rest}
  >
    ${icon && (typeof icon === "string" ? html`<${Icon} name=${icon} />` : icon)}<span>${children}</span>
  </button>`;

/** What the lines below it have in common. */
export const Label = ({ children }) =>
  html`<p class="menu-label" role="presentation">${children}</p>`;

export const Separator = () => html`<hr class="separator" />`;

/** A button that opens a menu: `button(props)` draws it, the children are the lines. */
export function MenuButton({ button, label, children, class: more }) {
  const [anchor, open] = useState(null);
  // A press outside closes the menu, the button's own too: its click must not open it again.
  const pressed = useRef(false);
  const props = {
    "aria-haspopup": "menu",
    "aria-expanded": anchor ? "true" : "false",
    onPointerDown: () => (pressed.current = Boolean(anchor)),
    onClick: (event) => {
      open(pressed.current ? null : event.currentTarget);
      pressed.current = false;
    },
  };
  return html`${button(props)}${
    anchor &&
    html`<${Menu} anchor=${anchor} label=${label} class=${more} onClose=${() => open(null)}>
    ${children}
  <//>`
  }`;
}
