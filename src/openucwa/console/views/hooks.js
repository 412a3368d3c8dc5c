// What components share: the engine, its slices, the time, and rows that are drawn only when they
// change.

import {
  Component,
  createContext,
  html,
  useContext,
  useEffect,
  useReducer,
  useRef,
  useState,
} from "../vendor/preact.js";
import { has, language, t } from "../words/words.js";
import { toast } from "./toast.js";

export const EngineContext = createContext(null);
export const useEngine = () => useContext(EngineContext);

/** The named slices of the engine's state; draws again when one of them is replaced. */
export function useSlices(engine, ...names) {
  const [, again] = useReducer((n) => n + 1, 0);
  const drawn = useRef([]);
  drawn.current = names.map((name) => engine.state[name]);
  useEffect(() => {
    const look = () => {
      if (names.some((name, at) => engine.state[name] !== drawn.current[at])) again();
    };
    look();
    return engine.subscribe(look);
  }, [engine]);
  return Object.fromEntries(names.map((name, at) => [name, drawn.current[at]]));
}

/** What a refused command says to the person who gave it. */
export function refusal(error) {
  for (const key of [
    error?.key,
    error?.code,
    `error-${error?.subcode}`,
    `error-${error?.status}`,
  ]) {
    if (has(key)) return t(key, error);
  }
  return t("error-command", { message: error?.message ?? "" });
}

/** A function that runs a command, and shows a toast if it is refused. */
export function useCommand() {
  const engine = useEngine();
  return (name, ...args) =>
    engine.do(name, ...args).catch((error) => {
      toast({ title: refusal(error), tone: "bad" });
    });
}

const waiting = new Set();
setInterval(() => waiting.forEach((tick) => tick(Date.now())), 15_000);

/** The time, moved on four times a minute. */
export function useNow() {
  const [now, move] = useState(Date.now);
  useEffect(() => {
    waiting.add(move);
    return () => waiting.delete(move);
  }, []);
  return now;
}

/** Whether a media query holds, now and later. */
export function useMedia(query) {
  const [holds, change] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = () => change(media.matches);
    media.addEventListener("change", look);
    look();
    return () => media.removeEventListener("change", look);
  }, [query]);
  return holds;
}

const differ = (one, other) =>
  Object.keys({ ...one, ...other }).some((name) => !Object.is(one[name], other[name]));

/** A component that is drawn again only when its properties or the language change. */
export function memo(View) {
  return class extends Component {
    shouldComponentUpdate(next) {
      return this.drawnIn !== language() || differ(this.props, next);
    }

    render() {
      this.drawnIn = language();
      return html`<${View} ...${this.props} />`;
    }
  };
}
