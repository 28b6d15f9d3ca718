import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => {
  const slow = mode === "slow";
  return {
    test: {
      globalSetup: "./src/setup.ts",
      include: [slow ? "test/**/*.slow.node.test.ts" : "test/**/*.node.test.ts"],
      exclude: slow ? [] : ["test/**/*.slow.node.test.ts"],
      // Installing, compiling and starting other runtimes, on two cores that others use too.
      testTimeout: 240_000,
      hookTimeout: 240_000,
      fileParallelism: false,
      reporters: ["default", ["json", { outputFile: `.report/${slow ? "slow" : "test"}.json` }]],
    },
  };
});
