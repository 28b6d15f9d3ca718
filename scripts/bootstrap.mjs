// From a bare clone to an installed workspace with nothing but Node and npm: the first step of every root script.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeStale } from "./stale.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".isic-installed");

/** @param {string} line */
export function say(line) {
  process.stdout.write(`> ${line}\n`);
}

/**
 * Ends the process with one sentence.
 *
 * @param {unknown} error
 * @returns {never}
 */
export function fail(error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/**
 * Runs a command to its end, its output on ours.
 *
 * @param {string} command
 * @param {string[]} words
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {number} the exit code
 */
export function run(command, words, options = {}) {
  const path = `${join(root, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`;
  const env = { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...options.env };
  // On Windows the commands of npm are .cmd files, which only a shell starts.
  const result = spawnSync(command, words, { cwd: root, stdio: "inherit", env, shell: process.platform === "win32" });
  if (result.error) throw new Error(`Could not start ${command}: ${result.error.message}`);
  return result.status ?? 1;
}

/** Installs what the lockfile names, once per lockfile and Node version; and removes what `dist` holds of former sources. */
export function bootstrap() {
  checkNode();
  removeStale(root);
  const wanted = installKey();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  say(`installing dependencies with ${packageManager} (the first time takes a minute)`);
  const code = run("npx", ["--yes", packageManager, "install", "--frozen-lockfile", "--reporter=append-only"]);
  if (code !== 0)
    throw new Error(`Installing failed (exit code ${code}); the lines above say why. Is the npm registry reachable?`);
  writeFileSync(stamp, wanted);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node ${process.versions.node} is too old: this project needs Node 20.19 or newer.`);
  }
}

function installKey() {
  const hash = createHash("sha256").update(process.version).update(process.platform).update(process.arch);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json"])
    hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}
