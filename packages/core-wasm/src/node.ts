/**
 * Everything of `@isic/core-wasm`, with the PNG functions over `node:zlib`, and synchronous twins of these.
 *
 * @module
 */
export * from "./index.ts";
export {
  readPng,
  readPngSync,
  readSuperpixelPng,
  readSuperpixelPngSync,
  readSuperpixels,
  readSuperpixelsSync,
  writeSuperpixelPng,
  writeSuperpixelPngSync,
} from "./png/files.node.ts";
