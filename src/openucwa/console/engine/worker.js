// The engine as a shared worker: all pages of a browser use one session.

import { Engine } from "./engine.js";

const engine = new Engine();

self.onconnect = ({ ports }) => engine.ports.attach(ports[0]);
