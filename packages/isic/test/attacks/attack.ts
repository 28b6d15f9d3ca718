/** Attacks on readers, each in a process of its own with little memory, and what they cost there. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";

/** One attack: made ready, which costs nothing of its account, and then read. */
export type Attack = () => Promise<() => unknown>;

/** What a reader made of an attack, and what it cost. */
export interface Outcome {
  /** Processor time of all threads, in milliseconds: the clock on the wall says more of the machine's other work. */
  readonly ms: number;
  /** The most memory that the process ever held, with Node and the modules, in bytes. */
  readonly bytes: number;
  /** The error's tag, its class where it has none, or "none". */
  readonly tag: string;
  readonly message: string;
}

/** In the child: runs the attack that the command line names, and prints its outcome. */
export async function runAttack(attacks: Readonly<Record<string, Attack>>): Promise<void> {
  const read = await attacks[process.argv[2]!]!();
  const before = process.cpuUsage();
  let [tag, message] = ["none", ""];
  try {
    await read();
  } catch (error) {
    tag = (error as { tag?: string }).tag ?? (error as Error).name;
    message = String((error as Error).message).slice(0, 500);
  }
  const { user, system } = process.cpuUsage(before);
  const outcome: Outcome = { ms: (user + system) / 1000, bytes: process.resourceUsage().maxRSS * 1024, tag, message };
  process.stdout.write(JSON.stringify(outcome));
  process.exit(0);
}

/** A script of `children/`, bundled with the sources that it imports. */
export async function bundledScript(name: string): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "isic-attack-"));
  const path = join(folder, "script.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "children", name)],
    outfile: path,
    bundle: true,
    platform: "node",
    format: "esm",
    conditions: ["@isic/source"],
    external: ["sharp"],
    banner: {
      js: 'import { createRequire as require_ } from "node:module"; const require = require_(import.meta.url);',
    },
    logLevel: "error",
  });
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** Runs one attack. A process that dies of it, or takes a minute, is an outcome too. */
export async function attack(script: string, name: string): Promise<Outcome> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["--max-old-space-size=256", script, name], {
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    return JSON.parse(stdout) as Outcome;
  } catch (error) {
    const { signal, stderr = "" } = error as { signal?: string; stderr?: string };
    const message = `${signal ?? ""} ${stderr.slice(0, 1500)}`;
    return { ms: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY, tag: "died", message };
  }
}
