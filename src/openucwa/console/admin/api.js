// What operators' views read and do. They follow the API's links; nothing is shown before the API
// has answered.

import { embedded, href } from "../engine/resources.js";
import { createContext, useContext, useEffect, useRef, useState } from "../vendor/preact.js";
import { refusal, useEngine } from "../views/hooks.js";
import { toast } from "../views/toast.js";

/** Where an operator begins: what everything else is linked from. */
export const Root = createContext(null);
export const useLink = (rel) => href(useContext(Root), rel);

/** A function that asks the API, and returns what it answers. */
export function useAsk() {
  const engine = useEngine();
  return (method, place, body) =>
    engine.do("ask", method, place, body).then((answer) => answer.body);
}

/** What a refusal says: the API's own words, with the names of the fields that they are about. */
export function reason(error) {
  if (!error.status || error.status === 403) return refusal(error);
  const named = (error.parameters ?? []).map((one) => `${one.name}: ${one.reason}`);
  return named.join(" ") || error.message;
}

/** A function that does something; refusals are shown. It returns whether it is done. */
export function useAct() {
  return async (work, done) => {
    try {
      await work();
      if (done) toast({ title: done });
      return true;
    } catch (error) {
      toast({ title: reason(error), tone: "bad" });
      return false;
    }
  };
}

/** A list as far as it was read; `again` reads as many pages once more, and keeps the place. */
export function useList(place, rel) {
  const ask = useAsk();
  const [state, set] = useState({ pages: [], busy: true });
  const turn = useRef(0);
  const read = async (known, count) => {
    const mine = ++turn.current;
    const pages = [...known];
    set((now) => ({ ...now, busy: true }));
    try {
      let next = pages.length ? href(pages.at(-1), "next") : place;
      for (; next && pages.length < count; next = href(pages.at(-1), "next")) {
        pages.push(await ask("GET", next));
      }
      if (mine === turn.current) set({ place, pages, busy: false });
    } catch (error) {
      const kept = (now) => (now.place === place ? now.pages : []);
      if (mine === turn.current) set((now) => ({ place, pages: kept(now), error, busy: false }));
    }
  };
  useEffect(() => void (place && read([], 1)), [place]);
  const pages = state.pages;
  return {
    ...state,
    current: state.place === place,
    first: pages[0],
    rows: pages.flatMap((page) => embedded(page, rel)),
    next: pages.length > 0 && href(pages.at(-1), "next"),
    more: () => read(pages, pages.length + 1),
    again: () => read([], Math.max(1, pages.length)),
  };
}

/** One resource: `found` when it is read, or `error`; `again` reads it once more. */
export function useRead(place) {
  const { first, current, error, again } = useList(place, "");
  return { found: current ? first : undefined, error: current ? error : undefined, again };
}

/** Does something every so often while somebody can see it, and as soon as she can again. */
export function useEvery(ms, work) {
  const latest = useRef();
  latest.current = work;
  useEffect(() => {
    const look = () => document.hidden || latest.current();
    const timer = setInterval(look, ms);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
}
