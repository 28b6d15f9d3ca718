import type { CollectionRecord, ImageRecord } from "../archive/source.ts";
import { personId } from "./people.ts";

const START = Date.UTC(2021, 4, 1);

/** v2 shows v1's tags and datasets as collections; ids are small numbers. */
export function collections(): readonly CollectionRecord[] {
  const tagged = (tag: string) => (image: ImageRecord) => image.tags.includes(tag);
  const common = { description: "", public: true, pinned: false, locked: false, doi: null };
  const list: readonly (Pick<CollectionRecord, "name" | "has"> & Partial<CollectionRecord>)[] = [
    {
      name: "Challenge 2019: Training",
      has: tagged("Challenge 2019: Training"),
      pinned: true,
      locked: true,
      doi: "10.34970/000001",
      description: "Every drawing that was ever used for **training**.",
    },
    { name: "Being put together", has: (image) => image.name.endsWith("7"), public: false },
    { name: "ISBI 2016: Training", has: tagged("ISBI 2016: Training"), pinned: true, locked: true },
    { name: "ISBI 2017: Training", has: tagged("ISBI 2017: Training"), pinned: true, locked: true },
    {
      name: "Challenge 2018: Task 3: Training",
      has: tagged("Challenge 2018: Task 3: Training"),
      pinned: true,
      locked: true,
    },
    { name: "Melanomas", has: (image) => image.clinical.diagnosis === "melanoma" },
    { name: "Drawn by hand & ruler", has: () => false },
  ];
  return list.map((entry, i) => ({
    ...common,
    ...entry,
    id: i + 1,
    created: START + i * 86_400_000,
    creatorId: personId("creator"),
  }));
}
