import { parentPort } from "node:worker_threads";
import type { Task } from "./messages.ts";
import { serve } from "./serve.ts";

const port = parentPort;
if (port === null) throw new Error("This file is the inside of a worker thread; it is not to be imported.");

serve({
  send: (answer, transfer = []) => port.postMessage(answer, transfer),
  onTask(listener): void {
    port.on("message", (task: Task) => listener(task));
  },
});
