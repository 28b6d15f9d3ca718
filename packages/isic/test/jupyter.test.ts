import type { Bytes } from "@isic/cache";
import { createSampleArchive } from "@isic/sample-archive";
import { beforeAll, describe, expect, test } from "vitest";
import type { Annotation, Image, IsicApi, Raster, Study } from "../src/index.ts";
import { platformApi } from "./support/api.ts";

const archive = createSampleArchive({ images: 21, smallPhotos: true });
const cache = new Map<string, Bytes>();
let api: IsicApi;
let study: Study;
let annotation: Annotation;
let image: Image;
let photo: Raster;

beforeAll(async () => {
  api = await platformApi({ family: "v1", baseUrl: archive.v1Url, fetch: archive.fetch, cache });
  study = await api.study("ISBI 2016: 100 Lesion Classification");
  await study.loadAnnotations();
  annotation = study.selectAnnotations().find(({ markedFeatures }) => markedFeatures.length > 0)!;
  image = await api.image(annotation.imageId);
  await image.loadImageData();
  await image.loadSuperpixels();
  photo = await (await api.image(image)).loadImageData();
});

type Bundle = Readonly<Record<string, string>>;

/** What a kernel gets when the object is the last of a cell. */
function shown(object: object): Promise<Bundle> {
  return (object as Record<symbol, () => Promise<Bundle>>)[Symbol.for("Jupyter.display")]!();
}

async function pictureOf(object: object): Promise<Raster> {
  const { "image/png": png } = await shown(object);
  return api.codecs.decode(Uint8Array.from(atob(png!), (char) => char.charCodeAt(0)));
}

function pixelAt({ data }: Raster, pixel: number): number[] {
  return [...data.subarray(pixel * 3, pixel * 3 + 3)];
}

describe("in a notebook", () => {
  test("an image shows itself once its pixels are loaded, with what was painted", async () => {
    const own = await api.image(image);
    expect(await shown(own)).toEqual({ "text/plain": `Image ${image.name}` });
    await own.loadImageData();
    await own.loadSuperpixels();
    own.colorSuperpixels([7], { color: [1, 2, 3] });
    const picture = await pictureOf(own);
    expect(picture).toEqual(own.data);
    expect(pixelAt(picture, own.superpixels!.idx.data.indexOf(7))).toEqual([1, 2, 3]);
    expect((await shown(own))["text/plain"]).toBe(`Image ${image.name}, ${picture.width} x ${picture.height}`);
  });

  test("an annotation shows its image with its marks, as it comes from the list", async () => {
    const bare = await api.annotation(annotation.id);
    const picture = await pictureOf(bare);
    expect([picture.width, picture.height]).toEqual([photo.width, photo.height]);
    const [superpixel] = annotation.features.get(annotation.markedFeatures[0]!)!.idx;
    const marked = image.superpixels!.idx.data.indexOf(superpixel!);
    expect(pixelAt(picture, marked)).not.toEqual(pixelAt(photo, marked));
    const unmarked = image.superpixels!.idx.data.findIndex((label) =>
      [...annotation.features.values()].every(({ idx }) => !idx.includes(label)),
    );
    expect(pixelAt(picture, unmarked)).toEqual(pixelAt(photo, unmarked));
  });

  test("an annotation without marks is a line of text", async () => {
    const none = study.annotations.find(({ markedFeatures }) => markedFeatures.length === 0)!;
    expect(await shown(none)).toEqual({ "text/plain": `Annotation ${none.id} of ${none.record.image.name}` });
  });

  test("what cannot be fetched is a line that says why", async () => {
    const fetch = (request: Request): Promise<Response> =>
      request.url.includes("/download")
        ? Promise.resolve(new Response("<html>sorry</html>", { headers: { "content-type": "image/jpeg" } }))
        : archive.fetch(request);
    const poor = await platformApi({ family: "v1", baseUrl: archive.v1Url, fetch, cache: false, retry: { limit: 0 } });
    const { "text/plain": text, ...others } = await shown(await poor.annotation(annotation.id));
    expect(text).toMatch(/^Annotation .* \(no picture: .*web page|HTML.*\)$/);
    expect(others).toEqual({});
  });

  test("a heat map shows the photo with the heat, whatever was painted on the image", async () => {
    const heatMap = study.heatMap(image);
    const first = await pictureOf(heatMap);
    expect([first.width, first.height]).toEqual([photo.width, photo.height]);
    const { counts } = [...heatMap.features.values()][0]!;
    const superpixel = counts.findIndex((count) => count > 0);
    const at = image.superpixels!.idx.data.indexOf(superpixel);
    expect(pixelAt(first, at)).not.toEqual(pixelAt(photo, at));
    const painted = await api.image(image);
    await painted.loadImageData();
    await painted.loadSuperpixels();
    const same = study.heatMap(painted);
    same.draw(painted);
    expect(painted.data).toEqual(first);
    expect(await pictureOf(same)).toEqual(first);
    expect((await shown(heatMap))["text/plain"]).toContain(`Heat map of ${image.name} by`);
  });

  test("masks show themselves, those of features and of lesions", async () => {
    const segmentation = await api.segmentation(image);
    const lesion = await segmentation.loadMaskData();
    const feature = annotation.markedFeatures[0]!;
    const made = annotation.maskOf(feature, image.superpixels!);
    const served = await annotation.loadMask(feature);
    for (const mask of [lesion, made, served]) {
      const picture = await pictureOf(mask);
      expect([picture.width, picture.height]).toEqual([photo.width, photo.height]);
      const at = mask.data.findIndex((value) => value > 0);
      expect(pixelAt(picture, at)).toEqual([mask.data[at], mask.data[at], mask.data[at]]);
      expect(Object.keys(mask)).toEqual(["width", "height", "channels", "data"]);
    }
    expect(await pictureOf(segmentation)).toEqual(await pictureOf(lesion));
    expect((await shown(made))["text/plain"]).toContain(`The mask of ${feature} in annotation ${annotation.id}, `);
  });
});
