// The kernels. Pointers and numbers in, numbers out: the caller owns all of the memory and lays it out (see ABI.md).
export { decodeRgb, decodeRgba } from "./labels/decode";
export { findRuns, largestLabel } from "./map/runs";
export { countRuns, sortRuns, expandRuns } from "./map/map";
export { decodeRows } from "./png/rows";
