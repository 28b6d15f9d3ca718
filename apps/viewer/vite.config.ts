import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  resolve: { conditions: ["@isic/source", "module", "browser", "default"] },
  build: { target: "es2022", outDir: "dist" },
});
