// A page that writes until it is closed; what is committed is told to the page around it.
import { createIdbCache } from "../../src/index.ts";
import { wholeValue } from "./values.ts";

const { name, start } = Object.fromEntries(new URLSearchParams(location.hash.slice(1))) as {
  name: string;
  start: string;
};
const cache = createIdbCache({ name });
for (let number = Number(start); ; number++) {
  const key = `h.org/anonymous/image/${number % 10}/x.bin`;
  await cache.set(key, wholeValue(key, number, Math.floor(Math.random() ** 2 * 400_000)), {
    validator: String(number),
  });
  parent.postMessage({ key, number }, "*");
}
