// Values that tell by themselves whether they are whole: header and body follow from key, number and length.
export function wholeValue(key, number, length) {
  const text = `${key} ${number} ${length}\n`;
  const value = new Uint8Array(text.length + length);
  for (let i = 0; i < text.length; i++) value[i] = text.charCodeAt(i);
  let state = number * 2654435761 + length;
  for (let i = text.length; i < value.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    value[i] = state >>> 24;
  }
  return value;
}

/** The number in a value, or what is wrong with it. */
export function readValue(key, value) {
  const end = value.indexOf(10);
  const [of, number, length] = new TextDecoder().decode(value.subarray(0, Math.max(0, end))).split(" ");
  if (of !== key) throw new Error(`the value of ${key} is one of ${of}`);
  const expected = wholeValue(key, Number(number), Number(length));
  if (expected.length !== value.length) throw new Error(`${key}: ${value.length} of ${expected.length} bytes`);
  for (let i = 0; i < value.length; i++) if (value[i] !== expected[i]) throw new Error(`${key}: byte ${i} is wrong`);
  return Number(number);
}
