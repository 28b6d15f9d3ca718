/** The hexadecimal SHA-256 of the memory of a typed array. */
export async function sha256(data: ArrayBufferView<ArrayBuffer>): Promise<string> {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
