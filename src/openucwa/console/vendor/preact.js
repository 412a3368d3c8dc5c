// Preact with its hooks, and htm to write its elements without a build.

import { createElement } from "./preact/preact.js";
import htm from "./preact/htm.js";

export * from "./preact/preact.js";
export * from "./preact/hooks.js";
export const html = htm.bind(createElement);
