import { parentPort } from "node:worker_threads";
import type { WriteAnswer, WriteTask } from "./file-writer.ts";
import { sha256Of, writeWholeSync } from "./whole-files.ts";

const port = parentPort;
if (port === null) throw new Error("This file is the inside of a worker thread; it is not to be imported.");

port.on("message", ({ number, temporary, path, pieces }: WriteTask) => {
  const answer = (): WriteAnswer => {
    try {
      writeWholeSync(temporary, path, pieces);
      return { number, sha256: sha256Of(pieces) };
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      return { number, message, code };
    }
  };
  port.postMessage(answer());
});
port.postMessage("ready");
