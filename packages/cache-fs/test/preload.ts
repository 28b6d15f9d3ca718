/** Libraries that are loaded before the system's, so that disks fail and clocks jump. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** Compiles one of `children/`, where there is a compiler and a loader that takes such a library. */
export function compiledLibrary(name: string, folder: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  const file = join(folder, `${name}.so`);
  const source = join(import.meta.dirname, "children", `${name}.c`);
  try {
    execFileSync("cc", ["-O1", "-shared", "-fPIC", "-o", file, source, "-ldl"], { stdio: "pipe" });
    return file;
  } catch {
    return undefined;
  }
}

/** Why a test that needs one was left out. */
export const NO_LIBRARY = "left out: it needs Linux and a C compiler (cc)";
