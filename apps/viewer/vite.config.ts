import { defineConfig } from "vite";

/**
 * With these a page is cross-origin isolated, so that the workers of one photo share its memory. `credentialless`
 * lets pictures of other origins in without asking those for a header of their own.
 */
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "credentialless",
};

export default defineConfig({
  base: "./",
  // The packages as they are published: the workers' script lies beside the compiled files only.
  resolve: { conditions: ["module", "browser", "default"] },
  server: { headers },
  preview: { headers },
  build: { target: "es2022", outDir: "dist" },
});
