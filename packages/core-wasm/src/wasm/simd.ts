import { hex } from "../generated/core.simd.ts";
import { type CoreSource, coreSource } from "./core.ts";

/** The module that everything but `/js` runs on. */
export const simdCore: CoreSource = /* @__PURE__ */ coreSource(hex);
