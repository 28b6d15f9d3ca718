import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "./src/setup.ts",
    include: ["test/**/*.node.test.ts"],
    // Installing, compiling and starting other runtimes, on two cores that others use too.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    reporters: ["default", ["json", { outputFile: ".report/test.json" }]],
  },
});
