import type { Task } from "./messages.ts";
import { serve } from "./serve.ts";

/** What a worker's global object has, of which the page's types know nothing. */
interface WorkerScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<Task>) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;

serve({
  send: (answer, transfer = []) => scope.postMessage(answer, transfer),
  onTask(listener): void {
    scope.onmessage = (event) => listener(event.data);
  },
});
