/** A module from its bytes in hexadecimal digits; throws where WebAssembly, or what the module uses of it, is not to be had. */
export function moduleFromHex(text: string): WebAssembly.Module {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return new WebAssembly.Module(bytes);
}
