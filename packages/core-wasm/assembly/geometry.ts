// Kernels over labels and maps in memory; src/kernels/geometry-wasm.ts and src/kernels/paint-wasm.ts lay it out.
export { blendPixels, fillPixels } from "./paint/paint";
export { touchingPairs } from "./geometry/pairs";
export { traceRings } from "./geometry/rings";
