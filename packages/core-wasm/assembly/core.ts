// The kernels. Pointers and numbers in, numbers out: the caller owns all of the memory and lays it out (see ABI.md).
export { decodeRgb, decodeRgba } from "./core/decode";
export { findRuns, largestLabel } from "./core/runs";
export { countRuns, sortRuns, expandRuns } from "./core/map";
export { decodeRows } from "./core/rows";
