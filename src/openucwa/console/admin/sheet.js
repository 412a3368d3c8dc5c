// Style sheets of what is loaded later.

const loaded = new Map();

/** Loads a style sheet, named from the console's folder, once. What fails shows plainly, rather than never. */
export function sheet(name) {
  if (!loaded.has(name)) {
    loaded.set(name, new Promise((resolve) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = new URL(`../${name}`, import.meta.url).href;
      link.onload = link.onerror = resolve;
      document.head.append(link);
    }));
  }
  return loaded.get(name);
}
