import { defineConfig } from "vitest/config";
import { isicVitest } from "../../vitest.shared.ts";

/** Only pages that are served with these may share memory between threads; the pool's tests split pictures in one. */
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const shared = isicVitest(import.meta.url, { browser: true });

export default defineConfig(async (environment) => {
  const config = await (typeof shared === "function" ? shared(environment) : shared);
  for (const project of config.test?.projects ?? []) {
    if (typeof project === "object" && "server" in project) project.server = { ...project.server, headers: ISOLATED };
  }
  return config;
});
