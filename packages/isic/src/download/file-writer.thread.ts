import { existsSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { LockLostError, writeWholeSync } from "@isic/cache-fs/files";
import type { WriteAnswer, WriteTask } from "./file-writer.ts";
import { sha256Of } from "./sha256.ts";

const port = parentPort;
if (port === null) throw new Error("This file is the inside of a worker thread; it is not to be imported.");

port.on("message", ({ number, path, pieces, isPrivate, holder }: WriteTask) => {
  const check = (): void => {
    if (holder !== undefined && !existsSync(holder)) throw new LockLostError(holder, "another process has taken it");
  };
  const answer = (): WriteAnswer => {
    try {
      writeWholeSync(path, pieces, { private: isPrivate, lock: { check } });
      return { number, sha256: sha256Of(pieces) };
    } catch (error) {
      const { message, code, errno, path: at } = error as NodeJS.ErrnoException;
      return { number, message, code, errno, path: at, isLockLost: error instanceof LockLostError };
    }
  };
  port.postMessage(answer());
});
port.postMessage("ready");
