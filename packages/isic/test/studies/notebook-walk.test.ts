import { createSampleArchive } from "@isic/sample-archive";
import { expect, test } from "vitest";
import { platformApi } from "../support/api.ts";

// The steps of the Python client's EASY notebook, on the drawn archive: load, combine, select, heat maps, agreement, montage.
test("a study's walk from marks to figures", async () => {
  const { fetch, v1Url } = createSampleArchive({ images: 24, smallPhotos: true });
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  const api = await platformApi({ family: "v1", baseUrl: v1Url, fetch, cache: new Map(), onWarning });

  const five = await api.study("Reader agreement: five readers");
  const { done, hidden, failed } = await five.cacheImageData();
  expect([done.length + hidden.length, failed]).toEqual([five.images.length, []]);
  await api.cacheSegmentations(done);
  await five.loadAnnotations();

  const hundred = await api.study("ISBI 2016: 100 Lesion Classification");
  const study = await api.combineStudies([five, hundred]);
  await study.loadAnnotations();
  expect(study.annotations).toHaveLength(five.annotations.length + hundred.annotations.length);
  const features = five.featureList();
  const table = five.images.map(({ name }, i) => `${name},${features[i % features.length]}`);
  const text = ["name,exemplar", ...table].join("\n");
  await study.loadMetaData(
    { name: "exemplars.csv", text },
    { listToDict: true, dictKey: "name", extractKey: "exemplar" },
  );
  const selected = study.selectAnnotations({ images: five.imageNames(), userCompletion: 5 });
  expect(selected.length).toBeGreaterThan(20);

  const name = done[0]!;
  const image = await api.image(name);
  const photo = (await image.loadImageData()).data.slice();
  await image.loadSuperpixels();
  const heatMap = study.heatMap(image);
  heatMap.draw(image);
  expect(image.data!.data).not.toEqual(photo);
  const { sp, featnum, users } = heatMap.stats();
  expect(Object.values(featnum).reduce((sum, n) => sum + n, 0)).toBe(Object.keys(sp).length);
  expect(Object.keys(users)).toEqual(heatMap.readers);

  const { dice, features: compared } = await study.overlapStats({ images: five.imageNames() });
  for (const [i, feature] of compared.entries())
    if (features.includes(feature)) expect(dice!.byFeature[i]![i]!.median, feature).toBeGreaterThan(0.2);
  const agreement = await study.agreement({ images: five.imageNames(), users: five.users, draws: 200 });
  for (const { feature, krippendorff } of agreement.features.filter(({ feature }) => features.includes(feature))) {
    const { value, interval } = krippendorff;
    expect(value, feature).toBeGreaterThan(0.2);
    expect(value, feature).toBeLessThan(0.95);
    expect(interval!.low, feature).toBeLessThan(value!);
    expect(interval!.high, feature).toBeGreaterThan(value!);
  }

  const figure = await study.montage(name, { mixColors: false });
  expect(figure.items.filter(({ kind }) => kind === "picture")).toHaveLength(3);
  expect(await figure.svg()).toContain(`Exemplar: ${(study.metaData.exemplar as Record<string, string>)[name]}`);
  expect((await figure.png()).length).toBeGreaterThan(1000);
  expect(warnings).toEqual([]);
});
