import { downloadZip } from "client-zip";
import { expect, test } from "vitest";
import { filesInZip, filesOfPage, scoreSubmission, writeMask, writeTable } from "../src/index.ts";
import { mask } from "./drawn.ts";

/** An input as a page has it, with files that somebody chose. */
function inputWith(...files: readonly File[]): HTMLInputElement {
  const chosen = new DataTransfer();
  for (const file of files) chosen.items.add(file);
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.files = chosen.files;
  return input;
}

test("a page scores the ZIP files that somebody chose", async () => {
  const size = 300;
  const circle = (radius: number) =>
    mask(
      Array.from({ length: size }, (_, y) =>
        Array.from({ length: size }, (_, x) => (Math.hypot(x - 150, y - 150) < radius ? "1" : "0")).join(""),
      ).join("/"),
    );
  const [large, small] = await Promise.all([writeMask(circle(100)), writeMask(circle(90))]);
  const names = Array.from({ length: 100 }, (_, i) => `ISIC_${String(i).padStart(7, "0")}`);
  const zip = async (content: Uint8Array<ArrayBuffer>, tail: string) =>
    new File([await downloadZip(names.map((name) => ({ name: name + tail, input: content }))).blob()], "chosen.zip");
  const input = inputWith(await zip(large, "_segmentation.png"), await zip(small, ".png"));
  const [truth, answer] = [...(input.files ?? [])];
  const score = await scoreSubmission("2018-1", await filesInZip(truth as File), await filesInZip(answer as File));
  expect(score).toMatchObject({ images: 100, mistakes: [] });
  expect(score.overall).toBeCloseTo(0.81, 2);
});

test("a page scores the tables that somebody chose", async () => {
  const table = (values: readonly number[]) => {
    const images = values.map((_, i) => `ISIC_000000${i}`);
    return new File([writeTable("2024", { classes: ["target"], images, values: Float64Array.from(values) })], "t.csv");
  };
  const truth = filesOfPage(inputWith(table([0, 1, 0, 1])).files ?? []);
  const answer = filesOfPage(inputWith(table([0.1, 0.9, 0.2, 0.8])).files ?? []);
  expect((await scoreSubmission("2024", truth, answer)).overall).toBeCloseTo(0.2, 12);
});
