import { spawn } from "node:child_process";

/**
 * Opens an address or a file in this system's own program for it, and does not wait for that to end.
 *
 * @throws the system's error where there is no such program
 */
export function openWithSystem(target: string): Promise<void> {
  const child = spawn(systemOpener, [target], { detached: true, stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
  });
}

/** The program of this system that opens things. */
export const systemOpener: string =
  process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
