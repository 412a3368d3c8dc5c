// Whether somebody is there: what the mouse, the keys, the screen and its lock tell, for the
// engine.

const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"];
const SHORTEST_MS = 60_000;

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
  detector.addEventListener("change", () => engine.locked(detector.screenState === "locked"));
  await detector.start({ threshold: SHORTEST_MS });
}

/** Asks for leave to watch the lock, after a click; returns whether it was given. */
export async function watchLock(engine) {
  const granted = (await window.IdleDetector.requestPermission()) === "granted";
  if (granted) await follow(engine);
  return granted;
}

/** Tells the engine of every sign of life from now on. */
export function attend(engine) {
  const active = (event) => event.isTrusted && engine.active();
  for (const sign of SIGNS) addEventListener(sign, active, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => {
    const visible = document.visibilityState === "visible";
    engine.visible(visible);
    if (visible) engine.active();
  });
  mayWatchLock().then((granted) => granted && follow(engine));
}
