/**
 * One folder, used in turn by the Python client itself and by ours. `ISIC_PYTHON_PEER` names the folder that holds its
 * package `isicarchive`, or those of its versions of 2020 and of August 2019; Debian's Python has what it imports
 * (python3-numpy, -numba, -imageio, -requests, -scipy, -matplotlib).
 */
import { createSampleArchive, generatedWorld, type SampleArchive } from "@isic/sample-archive";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IsicApi } from "../src/node.ts";
import {
  type Answer,
  jsonFilesIn,
  type Login,
  loaded,
  type Marks,
  marksOf,
  marksTo,
  masksOf,
  type Order,
  peer2019,
  peer2020,
  plainMarks,
  SharedArchive,
  STUDY,
  TIMEOUT,
  whyLeftOut,
} from "./support/python-peer.ts";

/** Two people whose logins are e-mail addresses, alike up to the @. */
function archiveOfAddresses(): SampleArchive {
  const source = generatedWorld({ images: 24, smallPhotos: true });
  const renamed: Record<string, string> = { admin: "user@example.org", studyadmin: "user@example.com" };
  const users = source.users.map((user) => {
    const login = renamed[user.login];
    return login === undefined ? user : { ...user, login, email: login };
  });
  return createSampleArchive({ source: { ...source, users } });
}

async function ofBadPhotos(api: IsicApi) {
  const annotations = await (await api.study(STUDY)).loadAnnotations();
  return annotations.filter(({ status, markedFeatures }) => status !== "ok" && markedFeatures.length > 0);
}

/** Python neither keeps marks on bad photos nor computes their areas. */
const without = (bad: readonly { readonly id: string }[], marks: Marks): Marks =>
  Object.fromEntries(Object.entries(marks).filter(([key]) => !bad.some(({ id }) => id === key)));

const areasOf = (marks: Marks) =>
  marksTo(marks, ({ idx, area, area_pct, tarea, tarea_pct }) => ({ idx, area, area_pct, tarea, tarea_pct }));

/** Python forgets the mask after an image's first reader, and writes 0 for all others. */
const sharesOf = (marks: Marks): [string, number | null][] =>
  Object.entries(marks).flatMap(([id, features]) =>
    Object.entries(features).map(([name, mark]): [string, number | null] => [`${id} ${name}`, mark.tarea_mpct]),
  );

describe.skipIf(peer2020 === undefined)(
  `the Python client of 2020 shares a folder ${whyLeftOut(peer2020, "2020")}`,
  () => {
    describe.each([
      ["a guest", undefined],
      ["an account", "admin"],
      ["an account whose login is an e-mail address", "user@example.org"],
    ] as const)("as %s", (_, login) => {
      const archive =
        login === "user@example.org" ? archiveOfAddresses() : createSampleArchive({ images: 24, smallPhotos: true });
      const who = archive.users.find((user) => user.login === login);
      let shared: SharedArchive;
      beforeAll(async () => {
        shared = await SharedArchive.serve(archive);
      });
      afterAll(() => shared.close());
      const python = (folder: string, order: Order): Promise<Answer> => shared.python(peer2020!, folder, who, order);
      const ours = (folder: string, isOnline = true) => shared.ours(folder, who, isOnline);

      test(
        "Python writes; ours reads without a request and writes more; Python reads that without a request",
        async () => {
          const folder = await shared.newFolder();
          const [first, second] = ["ISIC_0000000", "ISIC_0000001"];
          const written = await python(folder, { index: true, images: [first], study: STUDY });
          expect([written.warnings, written.printed]).toEqual([[], []]);
          expect(written.username).toBe(login ?? null);
          expect(written.index.length).toBeGreaterThan(15);
          expect(Object.keys(written.study!.marks).length).toBeGreaterThan(5);
          expect(written.asked).toContain(`image/${written.images[first]!.id}/download`);

          const mine = await ours(folder);
          expect(await mine.api.loadCache()).toBe(true);
          expect([...mine.api.imageCache.keys()].sort()).toEqual(written.index);
          expect(await loaded(mine.api, first)).toEqual(written.images[first]);
          expect(mine.asked).toEqual([]);
          expect(await marksOf(mine.api)).toEqual(plainMarks(written.study!.marks));
          // Who has finished what is always asked. Python's file leaves out the annotations of bad photos.
          const bad = await ofBadPhotos(mine.api);
          const [list, ...marks] = mine.asked;
          expect(list).toBe("annotation");
          expect(marks.map(decodeURIComponent).filter((path) => path !== "annotation")).toEqual(
            bad.flatMap(({ id, markedFeatures }) =>
              markedFeatures.map((name) => `annotation/${id}/markup/${name}/superpixels`),
            ),
          );
          expect(mine.warnings).toEqual([]);

          const more = await loaded(mine.api, second);
          expect(mine.asked.length).toBeGreaterThan(1);
          const read = await python(folder, { index: false, images: [first, second], study: STUDY });
          expect(read.images).toEqual({ [first]: written.images[first], [second]: more });
          expect(read.index).toEqual(written.index);
          expect(without(bad, read.study!.marks)).toEqual(without(bad, written.study!.marks));
          expect(plainMarks(read.study!.marks)).toEqual(plainMarks(written.study!.marks));
          expect([read.warnings, read.printed]).toEqual([[], []]);
          expect(read.asked).toEqual(["annotation"]);
          const part = login === undefined ? "" : `_${login.split("@")[0]}`;
          const named = (await jsonFilesIn(folder)).filter((name) => /(imcache|stann|stcache)_/.test(name));
          expect(named).toHaveLength(3);
          for (const name of named) expect(name).toMatch(new RegExp(`_[0-9a-f]{24}${part}\\.json\\.gz$`));
        },
        TIMEOUT,
      );

      test(
        "ours writes index, study and pictures into Python's empty folder; Python reads all of it",
        async () => {
          const folder = await shared.newFolder();
          await python(folder, {});
          const mine = await ours(folder);
          await mine.api.cacheImages();
          const names = ["ISIC_0000002", "ISIC_0000003"];
          const images = Object.fromEntries(
            await Promise.all(names.map(async (name) => [name, await loaded(mine.api, name)] as const)),
          );
          // of this image the areas are ours, of the others Python's
          const [pictured] = (await mine.api.study(STUDY)).images;
          const image = await mine.api.image(pictured!);
          await image.loadSuperpixels();
          expect(await image.loadSegmentation()).toBeDefined();
          const marks = await marksOf(mine.api);
          expect(mine.warnings).toEqual([]);

          const read = await python(folder, { images: names, study: STUDY });
          expect([read.warnings, read.printed]).toEqual([[], []]);
          expect(read.index).toEqual([...mine.api.imageCache.keys()].sort());
          expect(read.images).toEqual(images);
          expect(plainMarks(read.study!.marks)).toEqual(marks);
          expect(read.asked.filter((path) => /^annotation\/|^image\/?(\?|$)|\/download$/.test(path))).toEqual([]);

          const bad = await ofBadPhotos(mine.api);
          const alone = await python(await shared.newFolder(), { study: STUDY });
          const [both, its] = [read, alone].map(({ study }) => without(bad, study!.marks)) as [Marks, Marks];
          expect(areasOf(both)).toEqual(areasOf(its));
          const shares = sharesOf(its).map(
            ([path, share]) => [path, share, new Map(sharesOf(both)).get(path)] as const,
          );
          expect(shares.filter(([, share, ours]) => share !== 0 && ours !== null && ours !== share)).toEqual([]);
          expect(shares.filter(([, share, ours]) => share !== 0 && ours === share).length).toBeGreaterThan(10);

          // Python has added its areas; ours leaves them where they are
          expect(await marksOf((await ours(folder)).api)).toEqual(marks);
          const last = await python(folder, { study: STUDY });
          expect([last.warnings, last.printed]).toEqual([[], []]);
          expect(without(bad, last.study!.marks)).toEqual(without(bad, read.study!.marks));
        },
        TIMEOUT,
      );

      test(
        "segmentations: Python writes; ours reads offline, and writes more; Python reads all without a request",
        async () => {
          const folder = await shared.newFolder();
          const start = await python(folder, { index: true });
          const [sample] = [await ours(folder)];
          await sample.api.loadCache();
          const names = [...sample.api.images.keys()].sort();
          expect(names.length).toBe(start.index.length);
          const half = names.slice(0, 12);
          const written = await python(folder, { masks: half });
          expect([written.warnings, written.printed]).toEqual([[], []]);
          const none = half.filter((name) => written.masks![name] === null);
          expect([half.length - none.length > 5, none.length > 0]).toEqual([true, true]);

          const offline = await ours(folder, false);
          await offline.api.loadCache();
          expect(await masksOf(offline.api, half)).toEqual(written.masks);
          const cached = await offline.api.cacheSegmentations(half);
          expect([[...cached.without].sort(), cached.failed]).toEqual([none, []]);
          expect(offline.asked).toEqual([]);

          const mine = await ours(folder);
          await mine.api.loadCache();
          const report = await mine.api.cacheSegmentations(names);
          expect([report.failed, mine.warnings]).toEqual([[], []]);
          expect(report.done.length + report.without.length).toBe(names.length);
          const masks = await masksOf(mine.api, names);
          expect(Object.fromEntries(half.map((name) => [name, masks[name]]))).toEqual(written.masks);

          const read = await python(folder, { masks: names });
          expect([read.warnings, read.printed]).toEqual([[], []]);
          expect(read.masks).toEqual(masks);
          // It asks again for images without any: what says so is kept under another id than the image's.
          const asked = read.asked.filter(
            (path) => !report.without.some((name) => path.includes(mine.api.images.get(name)!)),
          );
          expect(asked.filter((path) => path !== "segmentation")).toEqual([]);
          expect(asked.length).toBeLessThanOrEqual(report.without.length);
          // And as ours alone does it.
          const alone = await ours(await shared.newFolder(), true);
          await alone.api.cacheImages();
          expect(await masksOf(alone.api, names)).toEqual(masks);
        },
        TIMEOUT,
      );
    });

    test(
      "two logins with the same part before the @: the second is refused, and told the file that says whose it is",
      async () => {
        const archive = archiveOfAddresses();
        const shared = await SharedArchive.serve(archive);
        const [first, second] = ["user@example.org", "user@example.com"].map((login) =>
          archive.users.find((user) => user.login === login),
        ) as Login[] as [Login, Login];
        try {
          const folder = await shared.newFolder();
          await shared.python(peer2020!, folder, first, { index: true });
          const owner = await shared.ours(folder, first);
          // Python's files cannot tell them apart: who writes first is the owner.
          await (await shared.ours(folder, second)).api.loadCache();
          await loaded(owner.api, "ISIC_0000000");
          const refused = { tag: "IdentityMismatchError", evidence: expect.stringContaining("owner.json") };
          await expect(shared.ours(folder, second)).rejects.toMatchObject(refused);
          await expect(shared.ours(folder, undefined)).rejects.toMatchObject(refused);
          expect(await (await shared.ours(folder, first)).api.loadCache()).toBe(true);

          const other = await shared.newFolder();
          await shared.python(peer2020!, other, undefined, {});
          await (await shared.ours(other, second)).api.cacheImages();
          await expect(shared.ours(other, first)).rejects.toMatchObject(refused);
          expect((await shared.python(peer2020!, other, second, {})).index.length).toBeGreaterThan(15);
        } finally {
          await shared.close();
        }
      },
      TIMEOUT,
    );
  },
);

describe.skipIf(peer2019 === undefined)(
  `the Python client of 2019 shares a folder ${whyLeftOut(peer2019, "2019")}`,
  () => {
    const archive = createSampleArchive({ images: 24, smallPhotos: true });
    const admin = archive.users.find(({ login }) => login === "admin");
    let shared: SharedArchive;
    beforeAll(async () => {
      shared = await SharedArchive.serve(archive);
    });
    afterAll(() => shared.close());

    test.each([
      ["a guest", undefined],
      ["an account", admin],
    ] as const)(
      "as %s, in both directions",
      async (_, who) => {
        const folder = await shared.newFolder();
        const [first, second] = ["ISIC_0000000", "ISIC_0000001"];
        const written = await shared.python(peer2019!, folder, who, { index: true, images: [first], study: STUDY });
        expect([written.warnings, written.printed]).toEqual([[], []]);

        const mine = await shared.ours(folder, who);
        // That client's lists do not say for whom they are: an account of ours takes none of them for its own.
        expect(await mine.api.loadCache()).toBe(who === undefined);
        if (who !== undefined) await mine.api.cacheImages();
        expect([...mine.api.imageCache.keys()].sort()).toEqual(written.index);
        mine.asked.length = 0;
        expect(await loaded(mine.api, first)).toEqual(written.images[first]);
        expect(mine.asked).toEqual([]);
        const marks = await marksOf(mine.api);
        expect(marks).toEqual(plainMarks(written.study!.marks));
        if (who === undefined) expect(mine.asked.filter((path) => path.startsWith("annotation/"))).toEqual([]);
        const more = await loaded(mine.api, second);
        const names = await jsonFilesIn(folder);
        expect(names.every((name) => /^[0-9a-f]\/[^/]+$/.test(name))).toBe(true);

        const read = await shared.python(peer2019!, folder, who, { images: [first, second], study: STUDY });
        expect([read.warnings, read.printed]).toEqual([[], []]);
        expect(read.images).toEqual({ [first]: written.images[first], [second]: more });
        expect(plainMarks(read.study!.marks)).toEqual(marks);
        expect(read.asked.filter((path) => /^annotation\/|\/(download|superpixels)/.test(path))).toEqual([]);
      },
      TIMEOUT,
    );

    test.skipIf(peer2020 === undefined)(
      "then that of 2020, which moves it to two levels: ours goes on with it",
      async () => {
        const folder = await shared.newFolder();
        const [first, second, third] = ["ISIC_0000000", "ISIC_0000001", "ISIC_0000002"];
        await shared.python(peer2019!, folder, undefined, { index: true, images: [first], study: STUDY });
        const before = await shared.ours(folder, undefined);
        const [one, two] = [await loaded(before.api, first), await loaded(before.api, second)];
        const marks = await marksOf(before.api);

        const moved = await shared.python(peer2020!, folder, undefined, { images: [first, second], study: STUDY });
        expect(moved.images).toEqual({ [first]: one, [second]: two });
        expect(plainMarks(moved.study!.marks)).toEqual(marks);
        const after = await shared.ours(folder, undefined);
        expect(await after.api.loadCache()).toBe(true);
        expect([await loaded(after.api, first), await loaded(after.api, second)]).toEqual([one, two]);
        expect(after.asked).toEqual([]);
        expect(await marksOf(after.api)).toEqual(marks);
        expect(after.asked.filter((path) => path.startsWith("annotation/"))).toEqual([]);

        const three = await loaded(after.api, third);
        const read = await shared.python(peer2020!, folder, undefined, { images: [third] });
        expect([read.images[third], read.warnings]).toEqual([three, []]);
        expect(read.asked.filter((path) => /\/(download|superpixels)/.test(path))).toEqual([]);
      },
      TIMEOUT,
    );
  },
);
