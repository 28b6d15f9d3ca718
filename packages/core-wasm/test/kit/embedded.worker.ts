// Runs as a worker and as a service worker.
import * as core from "../../src/index.ts";
import { walk } from "./walk.ts";

addEventListener("message", async (event: MessageEvent) => {
  event.ports[0]?.postMessage(await walk(core));
});
