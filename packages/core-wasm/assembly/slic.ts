// Superpixels in linear memory: src/kernels/slic-wasm.ts lays out a Job and calls these in order.
export { assignBands } from "./slic/assign";
export { blurColumns, strips } from "./slic/blur";
export { measureBoxes } from "./slic/boxes";
export { connect, decodeRows } from "./slic/connect";
export { convertRows, extremes } from "./slic/convert";
export { assignPlain } from "./slic/plain";
export { joinRows, joinSeam } from "./slic/runs";
export { addRows, clearSums, moveSeeds, plantSeeds, raiseDeviations, readDeviations, widen } from "./slic/seeds";
