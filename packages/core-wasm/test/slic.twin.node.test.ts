// Where WebAssembly or its SIMD are missing or forbidden.
import { afterEach, expect, it, vi } from "vitest";
import { formulaPicture } from "./kit/formula.ts";
import { computeWith } from "./kit/slic.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each([
  ["an engine without SIMD", () => new WebAssembly.CompileError("invalid opcode 0xfd")],
  ["a policy without 'wasm-unsafe-eval'", () => new EvalError("Refused to compile WebAssembly")],
])("%s: plain JavaScript takes over, with the same labels", async (_what, refusal) => {
  const picture = formulaPicture("patches", 90, 70);
  const expected = computeWith("simd", picture, { segments: 30 });
  const Module = vi.fn(function refuse() {
    throw refusal();
  });
  vi.stubGlobal("WebAssembly", { ...WebAssembly, Module, CompileError: WebAssembly.CompileError });
  vi.resetModules();
  const { computeSuperpixels, computeSuperpixelsSync } = await import("../src/slic/index.ts");
  expect(Module).not.toHaveBeenCalled();
  expect(computeSuperpixelsSync(picture, { segments: 30 })).toEqual(expected);
  expect(await computeSuperpixels(picture, { segments: 30 })).toEqual(expected);
  expect(Module).toHaveBeenCalledOnce();
});
