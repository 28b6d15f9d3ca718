import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.node.test.ts"],
    // Both read all sources of all packages, on cores that others use too.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    reporters: ["default", ["json", { outputFile: ".report/test.json" }]],
  },
});
