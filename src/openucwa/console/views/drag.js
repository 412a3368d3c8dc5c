// People are dragged from group to group: moved, or copied while Ctrl (or Alt on a Mac) is held.

const KIND = "application/x-openucwa-person";
const OVER = "is-over";

function target(event) {
  return event.dataTransfer.types.includes(KIND) ? event.target.closest("[data-drop]") : null;
}

const copies = (event) => event.ctrlKey || event.altKey;

function unmark(list, but = null) {
  for (const one of list.querySelectorAll(`.${OVER}`)) {
    if (one !== but) one.classList.remove(OVER);
  }
}

/**
 * The handlers of an element in which people are dragged; `drop({address, from, to, copy})` does
 * it.
 */
export const dragging = (drop) => ({
  onDragStart(event) {
    const tile = event.target.closest("[data-address]");
    if (!tile) return;
    const { address, group } = tile.dataset;
    event.dataTransfer.setData(KIND, JSON.stringify({ address, from: group }));
    event.dataTransfer.effectAllowed = "copyMove";
  },
  onDragOver(event) {
    const group = target(event);
    unmark(event.currentTarget, group);
    if (!group) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = copies(event) ? "copy" : "move";
    group.classList.add(OVER);
  },
  onDragLeave(event) {
    if (!event.currentTarget.contains(event.relatedTarget)) unmark(event.currentTarget);
  },
  onDragEnd: (event) => unmark(event.currentTarget),
  onDrop(event) {
    const group = target(event);
    unmark(event.currentTarget);
    if (!group) return;
    event.preventDefault();
    const { address, from } = JSON.parse(event.dataTransfer.getData(KIND));
    const to = group.dataset.drop;
    if (to !== from) drop({ address, from, to, copy: copies(event) });
  },
});
