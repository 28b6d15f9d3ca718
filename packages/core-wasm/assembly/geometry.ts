// Kernels over labels and maps in memory; src/wasm/geometry.ts and src/wasm/paint.ts lay it out.
export { blendPixels, fillPixels } from "./paint/paint";
export { touchingPairs } from "./geometry/pairs";
export { traceRings } from "./geometry/rings";
