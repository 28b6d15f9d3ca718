// Loaded when an image is asked for them: most pages paint, and need neither.
export { cjson, neighborsByDegree, osvgp } from "@isic/core-wasm";
