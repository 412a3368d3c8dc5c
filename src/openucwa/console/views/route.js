// Which view is shown: `#/people/sip:lena@contoso.com`, so that the browser's Back works.

import { useEffect, useState } from "../vendor/preact.js";

const read = () => location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);

/** The address of a view, for links. */
export const to = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;

/** Shows a view. */
export const go = (...parts) => void (location.hash = to(...parts));

/** The parts of the address of the view that is shown: a name, and an id or "". */
export function useRoute() {
  const [parts, move] = useState(read);
  useEffect(() => {
    const look = () => move(read());
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  return { view: parts[0] || "people", id: parts[1] ?? "", rest: parts.slice(2) };
}
