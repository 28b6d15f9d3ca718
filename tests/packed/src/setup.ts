import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { FOLDERS, type Folder, manifestOf, root } from "./packages.ts";

const run = promisify(execFile);

declare module "vitest" {
  export interface ProvidedContext {
    /** The tarball of each package. */
    tarballs: Record<Folder, string>;
    /** A folder outside the workspace where all tarballs are installed. */
    consumer: string;
    /** Another one, with `@isic/core-wasm` alone. */
    single: string;
  }
}

/** Packs every package as `pnpm publish` would and installs the tarballs into empty consumers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "isic-packed-"));
  const tarballs = await packAll(join(folder, "tarballs"));
  const consumer = await install(join(folder, "consumer"), tarballs, FOLDERS);
  const single = await install(join(folder, "single"), tarballs, ["core-wasm"]);
  project.provide("tarballs", tarballs);
  project.provide("consumer", consumer);
  project.provide("single", single);
  return () => rm(folder, { recursive: true, force: true });
}

async function packAll(into: string): Promise<Record<Folder, string>> {
  await mkdir(into, { recursive: true });
  const tarballs: Partial<Record<Folder, string>> = {};
  await run("pnpm", ["--recursive", "--filter", "./packages/*", "pack", "--pack-destination", into], { cwd: root });
  const names = await readdir(into);
  for (const folder of FOLDERS) {
    const prefix = `${manifestOf(folder).name.replace("@", "").replace("/", "-")}-`;
    const file = names.find((name) => new RegExp(`^${prefix}\\d`).test(name));
    if (file === undefined) throw new Error(`pnpm pack made no tarball for ${folder}`);
    tarballs[folder] = join(into, file);
  }
  return tarballs as Record<Folder, string>;
}

async function install(into: string, tarballs: Record<Folder, string>, folders: readonly Folder[]): Promise<string> {
  await mkdir(into, { recursive: true });
  const file = (folder: Folder) => `file:${tarballs[folder]}`;
  const names = (list: readonly Folder[]) =>
    Object.fromEntries(list.map((each) => [manifestOf(each).name, file(each)]));
  const devDependencies = folders.length > 1 ? { "@types/node": "20.19.43" } : {};
  const manifest = { name: "consumer", private: true, type: "module", dependencies: names(folders), devDependencies };
  await writeFile(join(into, "package.json"), JSON.stringify(manifest, null, 2));
  // The tarballs need each other by version; here each version is the tarball beside it.
  const overrides = Object.entries(names(FOLDERS)).map(([name, target]) => `  "${name}": "${target}"`);
  const workspace = `packages: []\nautoInstallPeers: false\noverrides:\n${overrides.join("\n")}\n`;
  await writeFile(join(into, "pnpm-workspace.yaml"), workspace);
  await run("pnpm", ["install", "--prefer-offline", "--ignore-scripts", "--no-frozen-lockfile"], { cwd: into });
  return into;
}
