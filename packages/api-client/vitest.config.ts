import { defineConfig, mergeConfig, type ViteUserConfig } from "vitest/config";
import { isicVitest } from "../../vitest.shared.ts";

const shared = isicVitest(import.meta.url, { browser: true });

/** As every package, and with servers for the tests in a page. */
export default defineConfig(async (env) => {
  const config = (await (typeof shared === "function" ? shared(env) : shared)) as ViteUserConfig;
  return mergeConfig(config, {
    ssr: { resolve: { conditions: ["@isic/source", "node", "import", "default"] } },
    test: { globalSetup: ["./test/support/servers.ts"] },
  });
});
