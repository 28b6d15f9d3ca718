import { expect, test } from "vitest";
import type { ImageRecord } from "../src/archive/records.ts";
import { KnownImages } from "../src/image-index/known-images.ts";

test("a list as long as the archive does not fill the memory; what is looked up by itself is always remembered", () => {
  const book = new KnownImages();
  const record = (i: number): ImageRecord => ({ isic_id: `ISIC_${i}` }) as unknown as ImageRecord;
  book.addListed(Array.from({ length: 60_000 }, (_, i) => record(i)));
  expect(book.table.records.size).toBe(50_000);
  book.add(record(59_999));
  expect(book.find("ISIC_59999")).toEqual(record(59_999));
});
