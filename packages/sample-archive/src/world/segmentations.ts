import type { ImageRecord, JsonObject, SegmentationRecord } from "../archive/source.ts";
import { personId } from "./people.ts";
import { type Random, random } from "./random.ts";
import { isoTime, objectId } from "./time.ts";

/** One to three outlines for most images: good and failed ones, by experts and novices, with every shape of `meta`. */
export function segmentations(images: readonly ImageRecord[], seed: string): readonly SegmentationRecord[] {
  return images.flatMap((image, index) => {
    const dice = random(`${seed}/segmentation/${image.id}`);
    const count =
      index === 0
        ? 2
        : dice.weighted([
            [0, 2],
            [1, 6],
            [2, 2],
            [3, 1],
          ] as const);
    return Array.from({ length: count }, (_, i) => segmentation(image, index, i, dice));
  });
}

function segmentation(image: ImageRecord, index: number, number: number, dice: Random): SegmentationRecord {
  const at = Date.parse(image.created) + 34 * 86_400_000 + number * 86_400_000 + dice.integer(0, 80_000_000);
  const created = index % 31 === 3 ? at - (at % 1000) : at;
  const creator = dice.chance(0.5) ? "segexpert" : "segnovice";
  const failed = index === 0 ? number === 1 : dice.chance(0.05);
  const skill = creator === "segexpert" ? "expert" : "novice";
  const reviews = [{ approved: !failed, skill, time: isoTime(created), userId: personId(creator) } as const];
  const second = {
    skill: "expert",
    time: isoTime(created + 9 * 86_400_000 + 321),
    userId: personId("segexpert"),
  } as const;
  return {
    id: objectId(created, 0x400000 + index * 8 + number),
    imageId: image.id,
    created: isoTime(created),
    creatorId: personId(creator),
    failed,
    meta: failed ? { flagged: "could not segment" } : meta(created, image, dice),
    // an expert who disagrees still makes the list say "expert"
    reviews: dice.chance(0.4) ? [...reviews, { approved: dice.chance(0.85) && !failed, ...second }] : reviews,
  };
}

function meta(created: number, image: ImageRecord, dice: Random): JsonObject {
  const start = isoTime(created - 120_000);
  const stop = isoTime(created - 20_000);
  const width = image.acquisition.pixelsX as number;
  const height = image.acquisition.pixelsY as number;
  switch (dice.integer(0, 3)) {
    case 0:
      return { algorithmVersion: "1.0" };
    case 1:
      return {
        source: "autofill",
        startTime: start,
        stopTime: stop,
        seedPoint: [width >> 1, height >> 1],
        tolerance: 30,
      };
    case 2:
      // the server's stray comma: a list of one
      return { source: "manual pointlist", startTime: [start], stopTime: stop };
    default:
      return { source: "manual pointlist", startTime: start, stopTime: stop };
  }
}
