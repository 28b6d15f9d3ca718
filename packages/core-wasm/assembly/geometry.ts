// Kernels over labels in memory; src/wasm/geometry.ts lays it out.
export { touchingPairs } from "./geometry/pairs";
export { traceRings } from "./geometry/rings";
