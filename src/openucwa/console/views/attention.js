// Whether somebody is there: what the mouse, the keys, the screen and its lock tell, for the engine.

const PACE_MS = 1000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];

/** Whether this browser can tell that the screen is locked. */
export const LOCK_SEEN = "IdleDetector" in window;

/** Whether it may tell, which somebody allows once. */
export async function mayWatchLock() {
  if (!LOCK_SEEN) return false;
  const { state } = await navigator.permissions.query({ name: "idle-detection" });
  return state === "granted";
}

async function follow(engine) {
  const detector = new window.IdleDetector();
  detector.addEventListener("change", () => tell(engine, "locked", detector.screenState === "locked"));
  await detector.start({ threshold: 60_000 });
}

/** Asks for leave to watch the lock, after a click; returns whether it was given. */
export async function watchLock(engine) {
  const granted = (await window.IdleDetector.requestPermission()) === "granted";
  if (granted) await follow(engine);
  return granted;
}

// Nobody waits for these: what is not heard now is said again by the next sign.
const tell = (engine, ...command) => void engine.do(...command).catch(() => {});

/** Tells the engine of every sign of life from now on, at most once a second. */
export function attend(engine) {
  let told = 0;
  const active = (event) => {
    if (!event.isTrusted || Date.now() - told < PACE_MS) return;
    told = Date.now();
    tell(engine, "active");
  };
  for (const sign of SIGNS) addEventListener(sign, active, { capture: true, passive: true });
  const visible = (event) => {
    tell(engine, "visible", document.visibilityState === "visible");
    if (event && document.visibilityState === "visible") active(event);
  };
  document.addEventListener("visibilitychange", visible);
  visible();
  mayWatchLock().then((granted) => granted && follow(engine));
}
