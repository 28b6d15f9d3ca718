/** Values that tell by themselves whether they are whole: the body follows from key, number and length. */
export function wholeValue(key: string, number: number, length: number): Uint8Array<ArrayBuffer> {
  const text = `${key} ${number} ${length}\n`;
  const value = new Uint8Array(text.length + length);
  new TextEncoder().encodeInto(text, value);
  for (let i = text.length; i < value.length; i++) value[i] = (i * 31 + number) & 0xff;
  return value;
}

/** The number in a value. */
export function readValue(key: string, value: Uint8Array): number {
  const [of, number, length] = new TextDecoder().decode(value.subarray(0, value.indexOf(10))).split(" ");
  const expected = wholeValue(key, Number(number), Number(length));
  if (of !== key || expected.length !== value.length || value.some((byte, i) => byte !== expected[i])) {
    throw new Error(`the value of ${key} is not whole`);
  }
  return Number(number);
}
